"""How likely a text is in an encoding: classes of characters, and what stands beside a letter.

Each character of other than ASCII costs the bits by which its class is rarer in ordinary text of
that encoding; what costs fewest bits is likeliest. Chinese knows its commonest characters, Western
text its accents inside words, Japanese its kana. No more than that is needed to tell them apart.
"""

from collections.abc import Callable
from functools import lru_cache

__all__ = ["CANDIDATES", "bits", "likely"]

# About 650 of the commonest characters, and those of tables about energy and emissions.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性"
    "知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次"
    "度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建"
    "务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路"
    "记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运六七八九百千亿零年月日碳排减煤油网损耗项低效"
    "率节供热冷厂钢铁铝泥材料收包装输车船航农林建筑照明暖调控监测智慧城县省京津沪渝江苏浙河湖广州深圳限股份集团据云服器终端备站储"
    "充伏风核源环境吨瓦公里升米元值单说明备注编号称部门来源因子燃气柴汽标准配改造优替园区办租商医药食纸造再循废弃回购销维修寿命周期"
    "使制冷剂湿空压锅炉窑磨矿石化工纤维陶瓷玻璃半导体芯片通信基络算存视频会议远程邮快递铁港口仓库物流客货楼宇校院政府居户贫"
)  # fmt: skip
_TRADITIONAL = _COMMON | frozenset(
    "這個們來為國說時會對發後裡種經學現當沒動還進樣開從實軍無與長機關點業將兩間問應戰頭體見東聲員論處義幾認條係氣題爾別變總電數報"
    "結務場計資許統區隊馬書則聽達強難權設記類據張該規萬覺術領確傳師觀讓識帶導爭運億減網損項節熱廠鋼鐵鋁輸車農築調監測縣蘇廣團雲備"
    "儲風環噸單註編號稱門來燃氣準優園辦醫藥紙廢購銷維壽週製劑濕壓鍋爐窯礦纖璃導絡視頻議遠遞倉庫貨樓貧產畫劃劇臺灣與並過"
)  # fmt: skip
_SIGNS = frozenset("，。、；：？！（）“”‘’《》〈〉【】「」『』％℃·—…～×－．＋／＝㎡²³°〇●○■□★※→")
_LOWER = frozenset("éèêëàâäáãåæçîïíìñôöóòõøœùûüúýßšžðþ")
_WESTERN_SIGNS = frozenset("°²³µ·–—’‘“”«»€£§®©™±×½¼ºª…•\xa0¿¡")


@lru_cache(maxsize=4096)
def _lead(char: str, encoding: str) -> int:
    """Return the first byte of a character, 0 where it has no place of two bytes."""
    try:
        code = char.encode(encoding)
    except UnicodeEncodeError:
        return 0
    return code[0] if len(code) == 2 else 0


def _is_sign(char: str) -> bool:
    return char in _SIGNS or "\uff10" <= char <= "\uff5a"


def _simplified(char: str) -> float:
    if char in _COMMON:
        return 9.9
    if _is_sign(char):
        return 10.6
    lead = _lead(char, "gb2312")
    if lead >= 0xB0:
        return 13.9 if lead <= 0xD7 else 18.2
    return 16.6 if lead else 21.5


def _traditional(char: str) -> float:
    if char in _TRADITIONAL:
        return 9.9
    if _is_sign(char):
        return 10.6
    lead = _lead(char, "cp950")
    if lead < 0xA4:
        return 16.6
    return 14.5 if lead <= 0xC6 else 19.5


def _japanese(char: str) -> float:
    if "\u3041" <= char <= "\u30fc":
        return 8.4
    if _is_sign(char):
        return 10.6
    lead = _lead(char, "cp932")
    if not lead >= 0x88:
        return 16.6
    return 12.9 if lead <= 0x97 else 19.4


def _chinese_like(text: str, cost: Callable[[str], float]) -> float:
    return sum(cost(char) for char in text if ord(char) > 127)


def _western(text: str) -> float:
    """Return the bits of Western text: an accent stands in a word, between plain letters."""
    found = 0.0
    for place, char in enumerate(text):
        if ord(char) < 128:
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if not char.isalpha() or char in "ºªµ":
            inside = char == "’" and before.isalpha() and after.isalpha()
            found += 5.5 if inside else 8.4 if char in _WESTERN_SIGNS else 12.6
            continue
        found += 5.5 if char in _LOWER else 8.2 if char.lower() in _LOWER else 12.6
        plain = [side for side in (before, after) if side.isascii() and side.isalpha()]
        others = [side for side in (before, after) if not side.isascii() and side.isalpha()]
        found += 5.0 * len(others) + (0.0 if plain else 6.0)
        found += 6.0 if char.isupper() and before.islower() else 0.0
    return found


# Encoding, its name in messages, its bits, and the most bits that a character may cost on average.
_READERS: dict[str, tuple[Callable[[str], float], float]] = {
    "gb18030": (lambda text: _chinese_like(text, _simplified), 15.5),
    "cp1252": (_western, 10.0),
    "cp950": (lambda text: 3.0 + _chinese_like(text, _traditional), 15.5),
    "cp932": (lambda text: 4.0 + _chinese_like(text, _japanese), 15.0),
}
CANDIDATES = tuple(_READERS)
_ASCII = 5.0  # bits of a plain character, which another encoding may take for half of one


def bits(text: str, encoding: str) -> float:
    """Return by how many bits a text is rarer than any: fewer are likelier.

    Examples
    --------
    >>> bits("R\u00e9seau", "cp1252") < bits("R\u95b8eau", "gb18030")
    True
    """
    plain = sum(1 for char in text if char.isascii())
    return _ASCII * plain + _READERS[encoding][0](text)


def likely(text: str, encoding: str) -> bool:
    """Whether a text reads like one of that encoding at all."""
    cost, most = _READERS[encoding]
    odd = sum(1 for char in text if ord(char) > 127)
    return cost(text) <= most * odd + 4.0
