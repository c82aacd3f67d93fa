"""Parameters of papermill for notebooks of NASLab's kernel, in TypeScript.

papermill finds this module through its entry point for engines (it has none for languages): the engine "naslab" is its own default
engine, and loading the module registers the translator, so that `papermill notebook.ipynb out.ipynb -p epochs 2` needs no option.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

__all__ = ["NBClientEngine", "TypeScriptTranslator"]

DECLARATION = re.compile(
    r"""
    ^ \s* (?: let | const | var ) \s+ (?P<name> [\w$]+ )
    \s* (?: : \s* (?P<type> [^=\n]+? ) \s* )?
    = \s* (?P<default> (?: "[^"\n]*" | '[^'\n]*' | `[^`]*` | [^/"'`\n] | /(?!/) )+? )
    \s* ;? \s* (?: // \s* (?P<help> .* ) )? $
    """,
    re.MULTILINE | re.VERBOSE,
)


class TypeScriptTranslator(Translator):
    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_str(cls, val):
        return json.dumps(val)

    @classmethod
    def translate_int(cls, val):
        """As a number; papermill's integers have no bound, so those beyond 2^53 become a bigint."""
        return str(val) if abs(val) <= 2**53 else f"{val}n"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(val)

    @classmethod
    def translate_dict(cls, val):
        entries = (f"{json.dumps(str(name))}: {cls.translate(value)}" for name, value in val.items())
        return f"{{ {', '.join(entries)} }}" if val else "{}"

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(value) for value in val)}]"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}"

    @classmethod
    def inspect(cls, parameters_cell):
        """The declarations of the cell, one a line; a comment behind one is its help."""
        return [
            Parameter(found["name"], found["type"] or "None", found["default"], found["help"] or "")
            for found in DECLARATION.finditer(parameters_cell["source"])
        ]

    @classmethod
    def assign(cls, name, str_val):
        return f"let {name} = {str_val};"


papermill_translators.register("naslab", TypeScriptTranslator)
papermill_translators.register("typescript", TypeScriptTranslator)
