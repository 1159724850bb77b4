"""Finding rows by what people type: every word somewhere, whatever its case, accents and blanks.

`rorsystem sjaelland` finds "Sjælland,  Rörsystem": words are compared without accents, ß is ss, æ is ae. The database
folds what is stored exactly as `folded` folds what is typed.
"""

import unicodedata

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import Contains

# What Unicode doesn't take apart into a letter and its accent.
_SPELT_OUT = {"ß": "ss", "æ": "ae", "œ": "oe"}
_BARE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "t"}
_PLAIN = {ord(letter): plain for letter, plain in _BARE.items()}
_FIRST, _LAST = "\u0300", "\u036f"  # the combining accents


def folded(text: str) -> str:
    """A text as it is compared."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not _FIRST <= sign <= _LAST).lower()
    for letter, spelt in _SPELT_OUT.items():
        bare = bare.replace(letter, spelt)
    return bare.translate(_PLAIN)


def has_words(told: str, text: str) -> bool:
    """Whether each word of a text stands in what is told, by the same comparison."""
    where = folded(told)
    return all(word in where for word in folded(text).split())


def matches(text: str, *fields: str) -> Q:
    """The condition that each word of a text stands somewhere in these fields; it holds where nothing was typed."""
    # Words hold no line break: none is found across two fields.
    text_field = TextField()
    texts = [Coalesce(F(field), Value(""), output_field=text_field) for field in fields]
    apart = [part for stored in texts for part in (Value("\n"), stored)]
    haystack = Folded(Concat(*apart, output_field=text_field))
    found = Q()
    for word in folded(text).split():
        found &= Q(Contains(haystack, Value(word)))
    return found


def _template() -> str:
    bare = "lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g'))"
    for letter, spelt in _SPELT_OUT.items():
        bare = f"replace({bare}, '{letter}', '{spelt}')"
    return f"translate({bare}, '{''.join(_BARE)}', '{''.join(_BARE.values())}')"


class Folded(Func):
    """A text as the database compares it: see `folded`."""

    template = _template()
    output_field = TextField()
