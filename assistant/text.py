"""Question text as it comes in: cleaning, masking of personal data, simplified characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

MAX_QUESTION = 500  # characters; longer ones are asked to be shortened

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# 居民身份证 (GB 11643) 15 or 18 digits, 残疾人证 20 digits (id number + 类别 + 等级), bank cards 16 to 19 digits
# (GB/T 19584), mobile numbers, and what follows 密码
_PERSONAL = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx](?:\d{2})?(?:B\d)?|\d{15,19}|1[3-9]\d{9})(?!\d)|(?<=密码)[是为：:\s]{0,3}[A-Za-z\d]{4,}"
)
MASK = "［号码已隐去］"


def clean(question: str) -> str:
    """Question without control characters; white space is folded, and between Chinese characters it is a comma where
    people type it for one, between five and five of them, and else taken out."""
    folded = re.sub(r"\s+", " ", _CONTROL.sub(" ", question)).strip()
    paused = re.sub(r"(?<=[\u3400-\u9fff]{5}) (?=[\u3400-\u9fff]{5})", "，", folded)
    return re.sub(
        r"(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])", "", paused
    )


def mask(question: str) -> str:
    """Identity, certificate, card and mobile numbers and passwords replaced: they are never needed to answer."""
    return _PERSONAL.sub(MASK, question)


_BREAK = "，,。；;！!？?："
_TOLD = re.compile(rf"(?:^|(?<=[{_BREAK}]))[^{_BREAK}]{{0,16}}{re.escape(MASK)}(?:[，,。；;！!\s]+|$)")


def without_numbers(question: str) -> str:
    """The question without parts that only tell a masked number (我的手机是…), lest they be taken for what is asked."""
    rest = _TOLD.sub("", question).strip("，,；; ")
    return rest if has_words(rest) else question


_OPENING = re.compile(
    r"^(?:(?:你|您)们?好|喂|哈喽|在吗|请问一?下?|打扰(?:一下|了)?|麻烦(?:您|你)?|劳驾|求助|咨询一?下?|"
    r"(?:我|俺|咱)?(?:就|还)?(?:想|要|来)?(?:问|咨询|请教|打听|了解|知道)(?:一?下|一?问(?!题)|打听)?(?:您|你)?|帮(?:我|忙)(?:问|看|查)?(?:一?下)?|"
    r"是这样的?|我看看|就是说|同志|师傅|老师|工作人员|(?:那个)+|嗯+|呃+|额(?=[，,、])|[哎唉]+呀?|诶|哦(?:对了)?|啊)[，,。.！!：:、\s~～]*"
)
_CLOSING = re.compile(
    r"[，,。.！!\s~～]*(?:谢谢(?:您|你)?(?:们|了|啦)?|多谢|感谢|麻烦(?:您|你)?了|辛苦了?|拜托了?|急|呢?[，,。\s]*就(?:是|想问|问)?这(?:个|件|么个|么件)?(?:事|问题)[儿情]?(?:了|啊|呀)?)[，,。.！!？?\s~～]*$"
)


def uncourteous(question: str) -> str:
    """The question without greeting, request and thanks; unchanged where nothing else would be left."""
    text = question
    while (shorter := _CLOSING.sub("", _OPENING.sub("", text))) != text:
        if not has_words(shorter) or len(shorter) < 3:
            return text
        text = shorter
    return text


def has_words(question: str) -> bool:
    """Whether there is anything to read: a Chinese character or two Latin letters."""
    return bool(re.search(r"[\u3400-\u9fff]|[A-Za-z]{2}", unicodedata.normalize("NFKC", question)))


def simplified(text: str) -> str:
    """Traditional characters to simplified (OpenCC t2s); simplified text comes back unchanged."""
    converted: str = _converter().convert(text)
    return converted


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


_SOMEONE = (
    "(?:我|他|她|孩子|老人|(?:我|他|她)?"
    "(?:爸|妈|爷爷?|奶奶?|外公|外婆|哥哥?|弟弟?|姐姐?|妹妹?|儿子|女儿|老公|老婆|孙子|孙女))"
)
_POISON = "安眠药|百草枯|敌敌畏|毒药|老鼠药"
_FOR_YEARS = "(?!吃?了?[好很多几十来一二两三四五六七八九\\d]{1,3}年|.{0,4}才(能睡|睡得?着))"  # a medicine
_DANGER = re.compile(
    r"不想活|活不下去|活着(也|都|真)?没(什么)?(意思|意义|盼头)|活够了|不如死|死了算|自杀|自尽|自残|轻生|寻短见|寻死|"
    r"想不开|想死|想去死|一了百了|一死了之|(结束|了结)(自己的?|我的?|这条)?(生命|性命)|跳楼|跳(?:河|江)(?!里?(?:去)?(?:救|捞))|割腕|上吊|"
    rf"(喝|吞|灌)(了|下)?.{{0,4}}农药|(攒|囤|备|吃|吞|喝)(了|好|着|下|够)?.{{0,6}}({_POISON}){_FOR_YEARS}|"
    rf"({_POISON}|农药).{{0,4}}(攒|囤|备好|吃了|吞了|喝了)|({_POISON}|农药|刀片?|绳子?|木炭).{{0,8}}(数|摆|备|买|磨|系|拿|放)(好|在(床头|枕头|手边|身边|眼前))|"
    r"遗书|绝笔信|烧炭|(拧|打)?开(着|了)?煤气.{0,6}(死|走)|(站|坐|爬)(在|到|上了?)(楼顶|天台|桥栏)|在(楼顶|天台)上?(站|坐)|(?<!不)(吃|喝|死|走|去)了算了|"
    r"(想|打算|准备|只有死才)(要)?(解脱|走绝路|做傻事|自我了断)|没(有)?(勇气)?活下去|不想(再)?(撑|熬|拖累|连累).{0,4}(了|下去|人)|(撑|熬|挺)不(下去|住)了(?!.{0,3}想(?:找|问|请|申请))|"
    rf"(要|想|正在)(打死|杀|弄死|掐死)(了)?({_SOMEONE}|人)|"
    rf"不给(我|他|她|饭|水|东西){{1,2}}[吃喝]|(还|往死里|拿.{{1,5}})(打|揍|踢){_SOMEONE}|"
    r"(被|遭|受|挨)(?!.{0,12}(怎么处罚|如何处理|有什么规定|法律责任))(?!.{0,24}(凶手|法院|司法|判了?刑|判决)).{0,8}"
    r"(家暴|殴打|毒打|暴打|打伤|打得|打成)|(被|遭|受).{0,8}虐待(?!.{0,12}(处罚|处理|责任|规定|条|机构|单位))|"
    rf"(天天|总是?|老是?|一直|经常|又|正在|每天|动不动就?)(?!.{{0,4}}(听见|听到|听着|觉得|感觉|以为)有人).{{0,6}}(打|揍|骂|踢|家暴|殴打|虐待){_SOMEONE}|"
    rf"用.{{1,6}}(打|抽|烫|砍|捅|勒){_SOMEONE}|打得?.{{0,4}}(满头|满脸|浑身|一身|全身)是?(血|伤)"
)

_EXCLUDED = re.compile(
    r"[（(]\s*(?:不是|不含|不包括|非)[^（）()]{1,20}[）)]|"
    r"[，,。；;？?！!]\s*(?:我)?(?:问的|说的|指的)?(?:可|并)?不是(?:想?问|说|指|要)[^，,。；;？?！!]{1,20}(?=[，,。；;！!]|$)|"
    r"[，,。；;？?！!]\s*(?:可|并)?不是[^，,。；;？?！!吗么]{2,14}(?=[。！!]?$)|"
    r"[，,。；;？?！!]\s*(?:可?别|不要|请?勿)(?:跟|和|与|把|同)[^，,。；;？?！!]{1,20}(?:混|搞错|弄错|当成|当作)[^，,。；;？?！!]{0,6}"
)


def without_excluded(question: str) -> str:
    """The question without what it says it is not about (不是问监察人): such words would find just that."""
    rest = _EXCLUDED.sub("", question)
    return rest if has_words(rest) else question


_ACT = re.compile(
    r"(帮|替|给)(我|俺|咱|他|她).{0,8}(转|汇|打(到|进|给)|取出|登录|登陆|注册|改(成|掉|密码)|查(一下|询)?|办|申请|领)"
)


def asks_to_act(question: str) -> bool:
    """Whether somebody hands over a number or a password and wants something done with it."""
    return MASK in question and bool(_ACT.search(simplified(question)))


_ACUTE = re.compile(
    r"叫不醒|没(有)?呼吸了|没气了|抽.{0,8}(没停|停不下来)|还在抽(?!烟|查|奖|空)|血.{0,4}止不住|止不住.{0,2}血|昏(迷|过去).{0,6}(没醒|不醒)|"
    r"(突然|忽然).{0,8}(半边身子|说不出话|不会动|倒在?地)|胸口?.{0,6}(疼|闷|痛).{0,12}(冷汗|喘不)|喘不(上|过)气.{0,12}(冷汗|嘴唇|发紫|一个人)"
)
_OVER = re.compile(
    r"去年|前年|上次|以前|当时|那时候?|那会儿|当年|[一二两三四五六七八九十\d几]年前|过去|曾经|(送|拉|抬)(到|进|去)了?医院"
)


def in_danger(question: str) -> bool:
    """Whether somebody's life or safety may be at risk: help comes before any clause."""
    text = simplified(question)
    return bool(_DANGER.search(text)) or bool(_ACUTE.search(text) and not _OVER.search(text))
