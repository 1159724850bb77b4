// Security keys: the browser asks the key, and the form carries its answer.
(() => {
  const asked = document.getElementById("js_data");
  const button = document.querySelector("[data-key]");
  if (!asked || !button || !window.webauthnJSON) return;
  const form = button.closest("form");
  const failed = form.querySelector("[data-key-error]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    failed.hidden = true;
    const { creation_options: create, request_options: get } = JSON.parse(asked.textContent);
    try {
      const answer = await (button.dataset.key === "create" ? window.webauthnJSON.create(create) : window.webauthnJSON.get(get));
      form.querySelector("[name=credential]").value = JSON.stringify(answer);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
})();
