#!/bin/bash
# Writes the digest of every image behind its version, in docker-compose.yml and deploy/Dockerfile: what is built and
# started afterwards has those bytes, whoever moves the version. Run again, it takes the digests of today.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
files=(docker-compose.yml deploy/Dockerfile)

# A version of ours is `cat4:local`, which is in no registry.
images=$(sed -nE 's/^(FROM| +image:) +([^ @]+:[0-9][^ @]*).*/\2/p' "${files[@]}" | sort -u)
for image in $images; do
  docker pull --quiet "$image" > /dev/null
  named=$(docker image inspect --format '{{index .RepoDigests 0}}' "$image")
  digest=${named#*@}
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "$image: no digest" >&2; exit 1; }
  sed -i -E "s#^((FROM| +image:) +${image//./\\.})(@sha256:[0-9a-f]+)?( |\$)#\1@$digest\4#" "${files[@]}"
  echo "$image@$digest"
done
