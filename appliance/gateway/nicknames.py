"""What somebody called Robert is called as well: the common short forms of English first names."""

from __future__ import annotations

from appliance.detection.names import COMMON_WORDS

_SHORT_FORMS = """
    abigail: abby | albert: al bert | alexander: alex sandy | alexandra: alex sandra | alfred: alf fred |
    amanda: mandy | andrew: andy drew | angela: angie | anthony: tony | barbara: barb barbie | benjamin: ben benny |
    catherine: cathy kate katie cat | charles: charlie chuck | christina: chris chrissy tina |
    christine: chris chrissy | christopher: chris kit topher | cynthia: cindy | daniel: dan danny | david: dave davy |
    deborah: debbie deb | donald: don donny | dorothy: dot dottie dolly | edward: ed eddie ted teddy ned |
    eleanor: ellie nell | elizabeth: liz lizzie beth betty eliza bess libby | eugene: gene | frances: fran |
    francis: frank | frederick: fred freddie | gabriel: gabe | gerald: gerry jerry | gregory: greg |
    harold: harry hal | henry: harry hank | isabella: bella izzy | jacob: jake | jacqueline: jackie |
    james: jim jimmy jamie | janet: jan | jeffrey: jeff | jennifer: jen jenny | jessica: jess jessie |
    john: johnny jack jon | jonathan: jon | joseph: joe joey | joshua: josh | judith: judy |
    katherine: kathy kate katie kat | kathleen: kathy | kenneth: ken kenny | kimberly: kim | lawrence: larry |
    leonard: len lenny leo | louis: lou louie | margaret: maggie meg peggy peg | martin: marty | mary: molly polly |
    matthew: matt matty | michael: mike mikey mick mickey | michelle: shelly | mitchell: mitch | nancy: nan |
    nathan: nate nat | nathaniel: nate nat | nicholas: nick nicky | pamela: pam |
    patricia: pat patty patsy trish tricia | patrick: pat paddy | peter: pete | philip: phil | phillip: phil |
    raymond: ray | rebecca: becky becca | richard: rick ricky rich dick richie | robert: bob bobby rob robbie bert |
    ronald: ron ronnie | samantha: sam | samuel: sam sammy | sandra: sandy | sarah: sally | stanley: stan |
    stephanie: steph | stephen: steve | steven: steve | susan: sue susie suzy | suzanne: sue suzy | terence: terry |
    theodore: ted teddy theo | theresa: terry tess | thomas: tom tommy | timothy: tim timmy | valerie: val |
    victor: vic | victoria: vicky tori | vincent: vince vinny | virginia: ginny | walter: walt wally |
    william: bill billy will willy | zachary: zach zack
"""
# Words first: frank blood, a nick in the skin, the month of Jan, "don" in front of an apostrophe.
_WORDS_FIRST = COMMON_WORDS | {"frank", "nick", "kit", "don", "dot", "dolly", "barb", "cat", "dick", "chuck", "peg",
                               "val", "nan", "jan", "sandy"}
_MIN_ALONE_CHARS = 3


def _rows() -> dict[str, list[str]]:
    pairs = (row.split(":") for row in " ".join(_SHORT_FORMS.split()).split(" | "))
    return {formal.strip(): shorts.split() for formal, shorts in pairs}


_SHORTS = _rows()
_FORMALS: dict[str, list[str]] = {}
for _formal, _shorts in _SHORTS.items():
    for _short in _shorts:
        _FORMALS.setdefault(_short, []).append(_formal)


def formals(first: str) -> frozenset[str]:
    """A case-folded first name and what it is short for; two names that share one can be one person's."""
    return frozenset((first, *_FORMALS.get(first, ())))


def others(first: str) -> list[str]:
    """Other first names of somebody with this one."""
    return [*_SHORTS.get(first, ()), *_FORMALS.get(first, ())]


def others_alone(first: str) -> list[str]:
    """Those of `others` that are names before they are words, so that they may stand for the person alone."""
    return [name for name in others(first) if len(name) >= _MIN_ALONE_CHARS and name not in _WORDS_FIRST]
