"""Write the generated pages of docs/: every finding, every rule, and the JSON Schema of a case."""

import json
from collections.abc import Iterable
from pathlib import Path

from handprint.case.schema import Case
from handprint.core.i18n import LANGUAGES, messages, text
from handprint.review.rules import RULES, Rule

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
GENERATED = "<!-- Written by `make docs`; do not edit. -->\n\n"
CODES = f"""# Findings 审查发现代码

{GENERATED}A finding says where it was found, what was found, what is expected and how to fix it.
`handprint explain CODE` prints the same on a terminal. Words in braces stand for what the
program fills in. The review rules (R.., RF..) are in [rules.md](rules.md).

每条审查发现都写明位置、发现的情况、应有的情况和改法。花括号中的词由程序填入。
`handprint explain 代码 --lang zh` 可在终端查看。审查规则（R..、RF..）见 [rules.md](rules.md)。
"""
RULES_HEAD = f"""# Review rules 审查规则

{GENERATED}`error`: no score. `block`: calculated, but not to be published or selected.
`warning` and `note` inform. The mark says how well the source of a rule is established:
V read in the primary text, S a third party's summary, M from memory, D derived in this project.

错误：不予计算。阻断：照常计算，但不得发布或入选。警告与提示仅供参考。标记表示规则来源的可靠程度：
V 已查阅原文，S 第三方摘要，M 凭记忆，D 本项目推导。

| Rule | Severity | Title | 标题 | Source | Mark |
|---|---|---|---|---|---|
"""


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    return {"case.schema.json": _schema(), "codes.md": _codes(), "rules.md": _rules()}


def write(folder: str | Path) -> None:
    """Write the generated pages into a folder."""
    for name, content in pages().items():
        (Path(folder) / name).write_text(content, encoding="utf-8")


def _schema() -> str:
    schema = {"$schema": SCHEMA_DIALECT, **Case.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _codes() -> str:
    keys = sorted(key for key in _finding_keys() if key.startswith("HP-"))
    return CODES + "".join(_sections(keys))


def _rules() -> str:
    by_key = {_key(rule): rule for rule in RULES}
    rows = "".join(_row(key, rule) for key, rule in sorted(by_key.items()))
    keys = sorted(key for key in _finding_keys() if not key.startswith("HP-"))
    return RULES_HEAD + rows + "".join(_sections(keys))


def _finding_keys() -> list[str]:
    return [key for key, entry in messages().items() if "title" in entry]


def _key(rule: Rule) -> str:
    return f"{rule.id}.{rule.variant}".rstrip(".")


def _row(key: str, rule: Rule) -> str:
    title = messages()[key]["title"]
    cells = (key, rule.severity.value, title["en"], title["zh"], rule.clause, rule.mark)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _sections(keys: Iterable[str]) -> Iterable[str]:
    """Yield a heading per code and a paragraph per language and variant."""
    heading = ""
    for key in keys:
        code = key.partition(".")[0]
        if code != heading:
            heading = code
            yield f"\n## {code}\n"
        entry = messages()[key]
        for lang in LANGUAGES[::-1]:
            parts = [
                f"{text(f'finding.{part}', lang)}{entry[part][lang]}"
                for part in ("found", "expected", "fix")
                if entry[part][lang]
            ]
            yield f"\n**{entry['title'][lang]}**<br>\n" + "<br>\n".join(parts) + "\n"


if __name__ == "__main__":
    write(Path(__file__).parent)
