"""What the labels of input-output tables mean: the words of statistical offices and data bases.

National tables of China, OECD, WIOD, Eurostat, EXIOBASE and MARIO call the same columns and rows
differently. Which labels are sectors is not a matter of words: sectors stand both across and down.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache, lru_cache

__all__ = [
    "column_role",
    "holds_letters",
    "is_note",
    "normal",
    "origin",
    "row_role",
    "sector_key",
    "sectors_among",
]

# Role: how it is called. "skip" columns repeat what others hold.
COLUMN_ROLES: dict[str, tuple[str, ...]] = {
    "output": (
        *("总产出", "GO", "X", "output", "total output", "gross output", "OUT", "P1"),
        *("output bp", "total output bp", "output at basic prices"),
        "total output at basic prices",
    ),
    "imports": ("进口", "IM", "M", "imports", "IMPO", "imports of goods and services", "P7"),
    "exports": (
        *("出口", "EX", "exports", "EXP", "EXPO", "CONS_NONRES", "P6", "P6_D", "P6_U"),
        *("exports of goods and services", "export goods services"),
    ),
    "error": ("其他", "误差", "其他误差", "ERR", "error", "residual", "other",
              "statistical discrepancy", "DISC"),
    "total": ("最终使用合计", "TFU", "total final use", "total final uses", "total final demand"),
    "demand": (
        *("最终使用", "最终需求", "Y", "F", "final demand", "final use"),
        *("农村居民消费", "农村居民消费支出", "FU101", "城镇居民消费", "城镇居民消费支出", "FU102"),
        *("政府消费", "政府消费支出", "FU103", "固定资本形成总额", "FU201"),
        *("存货增加", "存货变动", "FU202", "households", "household consumption"),
        *("government", "government consumption", "investment", "capital formation"),
        *("gross fixed capital formation", "inventories", "stocks", "inventory change"),
        *("gross capital formation", "consumption expenditure household"),
        *("consumption expenditure government", "final consumption households"),
        *("final consumption government", "consumption category"),
        *("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR", "CONS_ABR", "VALUABLES"),
        *("CONS_h", "CONS_np", "CONS_g", "INVEN"),
        *("P3", "P3_S13", "P3_S14", "P3_S15", "P5", "P5G", "P5M", "P51G", "P52", "P53", "P52_P53"),
    ),
    "skip": (
        *("中间使用合计", "TIU", "中间使用", "total intermediate use", "intermediate use"),
        *("居民消费合计", "居民消费支出合计", "居民消费小计", "居民消费", "THC"),
        *("最终消费合计", "最终消费支出合计", "最终消费支出", "TC"),
        *("资本形成总额合计", "资本形成总额", "GCF", "合计", "小计", "总使用", "总供给"),
        *("total", "CPA_TOTAL", "TI", "TU", "total use", "total uses", "TS_BP", "total supply"),
        *("total intermediate consumption", "intermediate consumption", "II_fob", "P2"),
    ),
}  # fmt: skip
ROW_ROLES: dict[str, tuple[str, ...]] = {
    "input": (
        *("总投入", "TI", "total input", "total inputs", "X", "output", "总产出", "GO", "OUT"),
        *("P1", "total output", "gross output", "output bp", "output at basic prices"),
    ),
    "value_total": (
        *("增加值合计", "TVA", "total value added", "VALU", "B1G", "GVA", "GVA bp"),
        *("gross value added", "value added gross", "value added bp"),
        "value added at basic prices",
    ),
    "value": (
        *("劳动者报酬", "VA001", "生产税净额", "VA002", "固定资产折旧", "VA003"),
        *("营业盈余", "VA004", "value added", "增加值", "V", "VA", "compensation"),
        *("compensation employees", "wages", "capital", "taxes", "depreciation", "surplus"),
        *("factor of production", "consumption fixed capital", "consumption of fixed capital"),
        *("D1", "D11", "D12", "D29X39", "D29_M_D39", "D29XD39", "D29", "D39"),
        *("B2A3G", "B2A3N", "B2N_B3N", "K1", "P51C", "net tax production"),
    ),
    # what the columns buy besides the products of the flows and value added
    "other": (
        *("imported products", "use of imported products", "进口品", "进口品中间投入"),
        *("D21X31", "D21_M_D31", "D21XD31", "TXSP", "net tax products", "net taxes on products"),
        *("IntTTM", "international transport margins", "EXP_adj", "PURR", "PURNR", "P33", "P34"),
    ),
    "imports": ("P7", "imports", "进口", "IMPO", "imports of goods and services"),
    "skip": (
        *("中间投入合计", "TII", "total intermediate input", "total intermediate inputs"),
        *("intermediate inputs", "合计", "小计", "total", "CPA_TOTAL", "P2", "P2PP", "II_fob"),
        *("total intermediate consumption", "intermediate consumption", "TTL_INT_FNL"),
        *("TS_BP", "total supply"),
    ),
    # what stands below a table and is no money
    "satellite": ("satellite account", "EMP", "EMP-WS", "EMP-FTE", "employment", "CO2", "CH4",
                  "N2O", "GHG"),
}  # fmt: skip
# Beginnings of long names: "Compensation of employees; wages, ...: low-skilled".
COLUMN_STARTS = {
    "finalconsumptionexpenditure": "demand",
    "changesininventories": "demand",
    "changesinvaluables": "demand",
    "exportstotal": "exports",
}
ROW_STARTS = {
    "compensationofemployees": "value",
    "operatingsurplus": "value",
    "remainingnetoperatingsurplus": "value",
    "othernettaxesonproduction": "value",
    "othertaxeslessothersubsidiesonproduction": "value",
    "rentsonland": "value",
    "royaltiesonresources": "value",
    "taxeslesssubsidiesonproducts": "other",
    "txs": "other",
}
# A sum that repeats its parts where they have columns of their own.
PARTS = {
    "p3": ("p3s13", "p3s14", "p3s15"),
    "p5": ("p51g", "p52", "p53", "p52p53", "p5m"),
    "p5g": ("p51g", "p52", "p53", "p52p53", "p5m"),
    "p5m": ("p52", "p53"),
    "p6": ("p6d", "p6u"),
}
DOMESTIC = ("domestic", "dom", "国内", "国产", "国内品", "国内产品", "国内品中间投入",
            "国内产品中间投入")  # fmt: skip
IMPORTED = ("imports", "import", "imported", "imp", "进口", "进口品", "进口产品", "进口品中间投入",
            "进口产品中间投入")  # fmt: skip
# Sums that stand both across and down. What else does is a sector, whatever it is called: 其他.
_SUMS = ("output", "imports", "exports", "total", "input", "value_total", "skip")
_ACCOUNT = re.compile(r"[bdkp]\d[a-z0-9]*")  # a code of the national accounts: P1, D21X31
_NOTE = re.compile(
    r"(?:sources?|notes?|footnotes?|remarks?)\b|(?:资料|数据)?来源|注\s*\d*[:：]|说明|备注|\*",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(?:CPA|TTL|DOM|IMP)_(?=\w)|D(?=\d\d)", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def normal(label: str) -> str:
    """Return a label without what people write differently: case, width, spaces, brackets' content.

    Examples
    --------
    >>> normal(" Final Demand （万元） "), normal("01"), normal("1")
    ('finaldemand', '1', '1')
    """
    plain = unicodedata.normalize("NFKC", label).lower()
    plain = re.sub(r"\(.*?\)", "", plain)
    plain = re.sub(r"[\s_·\-/、,，:：;&]+|(?<!\d)\.|\.(?!\d)", "", plain)
    return plain.lstrip("0") or ("0" if "0" in plain else "")


@lru_cache(maxsize=100_000)
def sector_key(label: str) -> str:
    """Return what a label is compared by across and down: OECD and Eurostat put letters before it.

    Examples
    --------
    >>> sector_key("TTL_10T12"), sector_key("D10T12"), sector_key("CPA_A01"), sector_key("D1")
    ('10t12', '10t12', 'a01', 'd1')
    """
    return normal(_PREFIX.sub("", label.strip(), count=1))


def origin(label: str) -> str:
    """Return "domestic" or "imported" where a label, or its beginning, says so, else "".

    Examples
    --------
    >>> origin("Domestic"), origin("IMP_01T03"), origin("A01")
    ('domestic', 'imported', '')
    """
    begin = label.strip().partition("_")[0].lower() if "_" in label else ""
    for name, words in (("domestic", DOMESTIC), ("imported", IMPORTED)):
        if normal(label) in words or (begin in ("dom", "imp") and begin in words):
            return name
    return ""


def holds_letters(text: str) -> bool:
    """Whether a text holds a letter or a Chinese character."""
    return any(char.isalpha() for char in text)


def is_note(text: str) -> bool:
    """Whether a text begins as notes below a table do: "Source: ...", 资料来源, 注：."""
    return bool(_NOTE.match(text))


def sectors_among(keys: Collection[str]) -> set[str]:
    """Return the labels that name sectors, of those that stand both ways: sums do so, too.

    Sections of industry have one letter: F is construction, M are professional services. Codes of
    the national accounts are sectors only where nothing else is: P1, P2 may be products.

    Examples
    --------
    >>> sorted(sectors_among({"a01", "p1", "total"})), sorted(sectors_among({"p1", "p2"}))
    (['a01'], ['p1', 'p2'])
    """
    known = _columns().keys() | _rows().keys()
    accounts = {key for key in keys if _ACCOUNT.fullmatch(key) and key in known}
    found = {key for key in keys if key not in accounts and not _is_sum(key)}
    return found or accounts


def _is_sum(key: str) -> bool:
    if len(key) == 1 and key != "x":
        return False
    return any(words.get(key) in _SUMS for words in (_columns(), _rows()))


def column_role(texts: Iterable[str], present: Collection[str] = ()) -> str:
    """Return the role of a column by the texts above it, "" without one.

    Parameters
    ----------
    present : collection of str
        The labels of all columns brought to `normal`: a sum beside its parts is passed over.
    """
    for text in map(normal, texts):
        if any(part in present for part in PARTS.get(text, ())):
            return "skip"
        if role := _role(text, _columns(), COLUMN_STARTS):
            return role
    return ""


def row_role(texts: Iterable[str]) -> str:
    """Return the role of a row by the texts before it, "" without one."""
    for text in texts:
        if role := _role(normal(text), _rows(), ROW_STARTS):
            return role
    return ""


def _role(key: str, words: dict[str, str], starts: dict[str, str]) -> str:
    if key in words:
        return words[key]
    return next((role for start, role in starts.items() if key.startswith(start)), "")


@cache
def _columns() -> dict[str, str]:
    return {normal(name): role for role, names in COLUMN_ROLES.items() for name in names}


@cache
def _rows() -> dict[str, str]:
    return {normal(name): role for role, names in ROW_ROLES.items() for name in names}
