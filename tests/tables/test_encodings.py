"""Encodings that nobody declares: told by what is likely in them, and asked where two are."""

from collections.abc import Iterator

import pytest

from handprint.tables.encodings import MARGIN, Encoding, encoding_of
from handprint.tables.likelihood import bits

SAMPLES = [
    ("cp1252", ["Réseau électrique", "Électricité", "Österreich", "Größe der Anlage in m²",
                "température 25 °C", "Eficiência energética em edifícios", "señalización",
                "L’usine – phase d’utilisation", "café", "Suðurland", "Åre kommun"]),
    ("gb18030", ["工业", "吨", "某县配电网降损", "江苏省电力公司台区线损治理", "碳排放因子（万吨）",
                 "龚磊，濮阳", "钛白粉", "张伟", "℃"]),
    ("cp950", ["電力網路損耗的改善計畫", "臺灣電力公司", "照明", "鋼鐵廠餘熱回收", "公噸"]),
    ("cp932", ["電力網の損失を減らす計画", "サーバー", "省エネ", "東京都の工場", "鉄鋼"]),
]  # fmt: skip


def told(data: bytes, size: int = 1 << 20) -> Encoding:
    def blocks() -> Iterator[bytes]:
        return (data[start : start + size] for start in range(0, len(data), size))

    return encoding_of(blocks)


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in SAMPLES for text in texts]
)
@pytest.mark.parametrize("size", [1 << 20, 3])
def test_one_text_tells_the_encoding(name: str, text: str, size: int) -> None:
    """However the bytes are cut into blocks."""
    found = told(f"id,title,value\na-1,{text},5.2\nb-2,plain,7".encode(name), size)
    assert (found.name, found.line, found.usable) == (name, 2, True)
    word = next(w for w in text.replace("，", " ").replace(",", " ").split() if not w.isascii())
    assert found.odd == word[:24]


def test_what_two_encodings_make_likely_is_asked() -> None:
    """A rare character and a common one: as Western signs they are hardly less likely."""
    data = "id,title\na,镕基\n".encode("gb18030")
    line = data.split(b"\n")[1]
    costs = {name: bits(line.decode(name), name) for name in ("gb18030", "cp1252")}
    assert abs(costs["gb18030"] - costs["cp1252"]) < MARGIN
    found = told(data)
    assert not found.usable
    assert {found.name, found.rival} == {"gb18030", "cp1252"}
    finding = found.finding("a.csv")
    assert finding is not None
    assert (finding.key, finding.place) == ("HP-M03.close", "a.csv:2")
    assert "镕基" in (finding.params["text"], finding.params["other"])


@pytest.mark.parametrize("text", ["Электрическая сеть и тепло", "Ηλεκτρικό δίκτυο"])
def test_other_code_pages_are_not_taken_for_western(text: str) -> None:
    encoding = "cp1251" if text[0] == "Э" else "cp1253"
    found = told(f"id,title\na,{text}\n".encode(encoding))
    assert not found.usable


def test_a_byte_that_no_encoding_knows_far_below_drops_the_likeliest() -> None:
    """The whole text must be readable, not only its beginning."""
    head = "id,title\na,Réseau électrique\n".encode("cp1252")
    assert told(head + b"b,plain\n" * 9000).name == "cp1252"
    assert told(head + b"b,plain\n" * 9000 + b"c,\x81\x20\n").usable is False


def test_a_line_without_end_and_old_line_ends() -> None:
    assert told("id,title\ra,工业".encode("gb18030")).name == "gb18030"
    assert told("id,title\na,Réseau".encode("cp1252")).odd == "Réseau"
    long = b"x" * 1_500_000 + "é".encode("cp1252") + b"\na,"
    assert told(long + "Réseau".encode("cp1252"), 1 << 16).odd == "Réseau"
