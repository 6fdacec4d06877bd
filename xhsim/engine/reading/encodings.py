"""A guess of the encoding of a text that does not say it, from the words of a model.

Names of models are too short for the statistics of whole languages. Each language has the letters
that it writes; a word of other letters, of mixed case, or of letters of two scripts is unlikely.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import islice

from xhsim.errors import InputError, did_you_mean

__all__ = ["checked_encoding", "guessed_encoding", "how_to_choose"]

# Codecs that are not encodings of files: no editor saves a file in them, and some are very slow.
NOT_FOR_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"}
# For suggestions. Python knows more.
COMMON = (
    *("utf-8", "cp1252", "gb18030", "big5", "shift_jis", "euc_kr", "cp1250", "cp1251", "cp1253"),
    *("cp1254", "cp932", "cp949", "gbk", "latin-1", "iso-8859-2", "iso-8859-15", "koi8-r"),
    *("mac-roman", "euc_jp", "utf-16"),
)
WORD = re.compile(r"[A-Za-z]*+(?:[^\x00-\x7f]++[A-Za-z]*+)++")
MOST_WORDS = 2_000  # of a file; more do not change the guess
MARKS = set("\u00a0°²³µ€£×·§±½«»¿¡©®–—‘’“”„…‰™") | {chr(code) for code in range(0x3000, 0x3020)}
MARKS |= {chr(code) for code in range(0xFF00, 0xFF60)}


@dataclass(frozen=True)
class _Language:
    """What a language writes beside ASCII: letters that are frequent, and others that it has."""

    encoding: str
    frequent: str
    others: str = ""


ALPHABETS = {"cp1251", "cp1253"}  # without letters of ASCII
PAIRS = {"gb18030", "big5", "cp932", "cp949"}  # of bytes: each is a character
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"
GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ"
HANZI = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展"
    "五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战"
    "先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白"
    "教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且"
    "究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值"
    "号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严消费投资库存"
    "成本价格税收死亡迁移就业失率企支出研究利润销售额订货供给污染土地粮食能源碳排放健康病感康复贷款息债城镇乡村住房交通车辆初始常狼兔羊草鱼虫猎捕食"
)
TRADITIONAL = (
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經"
    "十三之進等部度家電力里如水化高自二理起小物現實加量都兩體制機當使點從業本性好應開合還因由其前外天政四日社事平形相全表間樣與關各重新"
    "線內數正心反明看原利比質氣第向道變條結解問意建月公無系情者最立代通提直程展果料員位入常文總次品式活設及管特件長求基資邊流路級少圖山統"
    "接知計期根論運農區強決取據給保治造規熱領海口導壓金增濟油術極交受聯權收證改單風教速安場車務每目積示報類科信節整空集溫需研界律究觀"
    "算低持布復容際商非驗連深難周委素技備半辦省列約支史感勞團歷市除消構府稱準精值號率維劃選標存效院型按格養易置層始專狀育廠識適屬住調局"
    "參引價費投庫存成本稅死亡遷移失企潤銷售額訂貨供污染土糧食能源碳排放健康病貸款息債城鎮鄉村房交通輛初"
)
KANA = "".join(chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB), 0x30FC))
KANJI = (
    "人口出生率資本年日本国大一中会事者社同自分時上地方生産業総数量増加減少死亡移動経済成長投需要供給在庫価格費用収入支出税利益労働"
    "力雇失賃金人材教育研究開発技術企市場売販買注文受取引期間初始値平均標準目変化係定計算式時点単位率割合合計土水食料源電気炭素排環境"
    "汚染健康病感治医療住宅都村交通車両道路設備能物品質管理政府予公民家族世代男女子高齢若年最大小低高前後新旧内外学校"
)
HANGUL = (
    "이다는을의가에고하지한로기를은사도자리서그나시어인들으스대해전정아있부라일주수상제만적장보게여구성과공조원음오원국경동관선면무"
    "안위세소물생비개계유용것회년중신발분화학미치업연재우모실양마방간단차진터내말문반결역노통할력량율률출감증가산입지구사망생인구"
    "총투본자득저축고용실업노임금가격수요공급재고비용판매주택도시농촌교통환경오염에너탄배건강질병초값평균월령토끼늑대"
)
RUSSIAN = "оеаинтсрвлкмдпу"
LANGUAGES = (
    *(_Language("cp1252", letters) for letters in ("äöüß", "áéíóúñü", "ãõçáéíóúâêôà", "åäöæøé")),
    _Language("cp1252", "éèêàçîôûâ", "ùëïœ"),
    *(_Language("cp1252", letters, "ù") for letters in ("àèéìò", "ëïéüö")),
    _Language("cp1254", "çğıöşüİ"),
    *(_Language("cp1250", letters) for letters in ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű")),
    *(_Language("cp1250", letters) for letters in ("ăâîşţ", "čćđšž", "áäčďéíĺľňóôŕšťúýž")),
    _Language("cp1251", RUSSIAN, CYRILLIC),
    _Language("cp1253", "αοιετσνηυρπκμλςόίάέή", GREEK),
    _Language("gb18030", HANZI),
    _Language("big5", TRADITIONAL),
    _Language("cp932", KANA + KANJI),
    _Language("cp949", HANGUL),
)


def guessed_encoding(data: bytes) -> str:
    """Return the most likely encoding of a text that is not UTF-8.

    Parameters
    ----------
    data : bytes
        The whole text.

    Returns
    -------
    str
        An encoding in which all of it can be read.

    Examples
    --------
    >>> guessed_encoding("Größe = 5".encode("cp1252"))
    'cp1252'
    >>> guessed_encoding("人口 = 5".encode("gbk"))
    'gb18030'
    """
    words: dict[str, list[str]] = {}
    costs: list[tuple[float, int, str]] = []
    for place, language in enumerate(LANGUAGES):
        encoding = language.encoding
        if encoding not in words:
            words[encoding] = _words(data, encoding)
        if words[encoding]:
            cost = sum(_cost(word, language) for word in words[encoding])
            costs.append((cost, place, encoding))
    return min(costs)[2] if costs else "latin-1"


def _words(data: bytes, encoding: str) -> list[str]:
    """Return the words that are not ASCII; none if the text is not in an encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return []
    found = islice(WORD.finditer(text), MOST_WORDS)
    return list(dict.fromkeys(match[0][:40] for match in found))


def _cost(word: str, language: _Language) -> float:
    """Return how unlikely a word is."""
    cost = 0.0
    before = ""
    for letter in word:
        if not letter.isascii():
            cost += _letter_cost(letter, language)
        if before:
            own = _is_own(letter, language)
            own_before = _is_own(before, language)
            if language.encoding not in {*ALPHABETS, *PAIRS}:
                cost += 2 * (own and own_before)
            else:
                cost += 3 * (own != own_before and letter.isalpha() and before.isalpha())
            cost += 4 * (before.islower() and letter.isupper())
        before = letter
    return cost


def _is_own(letter: str, language: _Language) -> bool:
    """Tell whether a letter is one that texts in plain ASCII do not have."""
    # The standards of China have the letters of Pinyin, too.
    least = 0x250 if language.encoding in PAIRS else 0x80
    return ord(letter) >= least and letter.isalpha()


def _letter_cost(letter: str, language: _Language) -> float:
    code = ord(letter)
    small = letter.lower()
    if letter in language.frequent or small in language.frequent:
        # Words of these scripts have no letter in ASCII, so that each letter counts less.
        return 0.5 if language.encoding in ALPHABETS else 1
    if letter in MARKS or (language.encoding in PAIRS and 0xC0 <= code < 0x250):
        return 2
    if small in language.others:
        return 1.2
    if 0xE000 <= code < 0xF900 or code < 0xA0:  # private use, or a control character
        return 10
    if language.encoding in PAIRS and _is_common(letter, language.encoding):
        return 3
    if language.encoding not in PAIRS and letter.isalpha():
        return 4
    return 6


def _is_common(letter: str, encoding: str) -> bool:
    """Tell whether a character is in the part of its standard for frequent ones."""
    lead, *trail = letter.encode(encoding)
    match encoding:
        case "gb18030":
            return 0xB0 <= lead <= 0xD7 and len(trail) == 1 and trail[0] >= 0xA1
        case "big5":
            return 0xA4 <= lead <= 0xC6
        case "cp932":
            return 0x88 <= lead <= 0x97 and bool(trail)
    return 0xB0 <= lead <= 0xC8 and trail[0] >= 0xA1


def how_to_choose(encoding: str) -> str:
    """Say how a text was read, and how to read it otherwise, without a full stop.

    Examples
    --------
    >>> how_to_choose("cp1252")
    'read as cp1252; if names look wrong, choose another: load_model(path, encoding="cp1251")'
    """
    other = next(name for name in ("cp1251", "cp1252") if name != encoding)
    return (
        f"read as {encoding}; if names look wrong, choose another: "
        f'load_model(path, encoding="{other}")'
    )


def checked_encoding(name: str) -> str:
    """Return Python's name of an encoding.

    Raises
    ------
    InputError
        If there is no such encoding of files.

    Examples
    --------
    >>> checked_encoding("Windows-1252")
    'cp1252'
    """
    try:
        found = codecs.lookup(name).name if "\0" not in name else ""
        "".encode(found)  # some codecs are not from text to bytes
    except (LookupError, ValueError):
        found = ""
    if not found or found in NOT_FOR_FILES:
        raise InputError(
            f'unknown text encoding "{name[:60]}"',
            hint=did_you_mean(name, COMMON) or f"choose one of {', '.join(COMMON)}",
        )
    return found
