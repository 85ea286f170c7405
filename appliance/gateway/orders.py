"""Wordings that make a principle an order to the machine: what a screen of answers looks for.

Written for English, against the attacks named in the project's security notes (print the knowledge, ignore the rules,
call a tool, send something somewhere, carry something in the next request) and tried on principles that a reflector
and people really wrote. A list of wordings is a screen and no proof.
"""

from __future__ import annotations

import re
import unicodedata

from appliance.detection.normalise import fold

_ASK = (r"(?:print|reveal|show|repeat|quote|copy|paste|output|disclose|expose|leak|dump|recite|reproduce|publish|list|"
        r"attach|append|embed|include|insert|put|add|write out|give away|share|provide|supply|transcribe|echo)")
_OWN = (r"(?:(?:the |your |this |all |any |every |its |each )*"
        r"(?:(?:full|whole|entire|complete|raw|original|exact|verbatim|hidden|internal|private|secret|confidential|"
        r"local|real|unmasked|underlying|stored) )*)")
_STORE = (r"(?:knowledge[- ]?base|system prompt|hidden prompt|prompt template|seed (?:data|set|examples?|instances?|"
          r"records?)|training data|context window|private (?:data|pages?|documents?|records?)|"
          r"confidential (?:data|pages?|documents?|records?|information)|source (?:pages|documents|passages)|"
          r"reference (?:passages?|pages?)|retrieved (?:passages?|text)|passages? of k|credentials?|api[- ]?keys?|"
          r"environment variables|developer message)")
_PERSONAL = (r"(?:real names?|original names?|names? behind|(?:patients?|customers?|clients?|persons?|people|users?)"
             r"(?:'s?|s')? (?:real |full |actual )?(?:names?|addresses|phone numbers?|e-?mails?|dates? of birth|"
             r"social security numbers?|identit(?:y|ies))|personal data|unmasked|de-?anonymi[sz]ed?|pii)")
_RULES = (r"(?:(?:previous|earlier|above|prior|preceding|former|other|existing|safety|privacy|content|pii|these|those|"
          r"any|all|the|your|system|every|given|of) )+"
          r"(?:instructions?|rules?|principles?|prompts?|guidelines?|constraints?|polic(?:y|ies)|directions?|"
          r"restrictions?|guard ?rails?|safeguards?|filters?)")
_ORDERS = re.compile("|".join((
    rf"\b(?:ignore|disregard|forget|override|bypass|overrule|discard|drop|neglect|circumvent|disobey|unlearn|"
    rf"do not (?:follow|obey)|never (?:follow|obey)|stop (?:following|obeying)|pay no attention to|set aside|turn off|"
    rf"disable|switch off)\b.{{0,24}}?\b{_RULES}",
    rf"\b{_ASK}\b (?:out )?(?:me |us |back |verbatim |word for word )*(?:\w+ (?:from|of|in|about) )?{_OWN}{_STORE}",
    rf"\b{_ASK}\b.{{0,40}}\b(?:verbatim|word for word|in full|as it is|unchanged|character by character)\b"
    rf".{{0,40}}\b{_STORE}",
    rf"\b{_ASK}\b.{{0,24}}\b(?:passages?|pages?|paragraphs?|excerpts?|sentences|text|contents?|everything)\b"
    rf".{{0,24}}\b(?:of|from|in|above|given|shown)\b.{{0,16}}\b{_STORE}",
    rf"\b{_ASK}\b {_OWN}.{{0,24}}\b{_PERSONAL}",
    r"\b(?:undo|reverse|resolve|restore|unmask|expand|guess|replace|swap|exchange)\b (?:back )?(?:the |all |any |"
    r"every |each |these |those |your )*(?:placeholders?|masks?|masking|masked \w+|pseudonyms?|redactions?|"
    r"anonymi[sz]ation)\b",
    r"\b(?:pretend|act|behave|respond|answer|speak) (?:to be|as if you (?:were|are)|as (?:an? )?(?:unrestricted|"
    r"uncensored|unfiltered|different|jailbroken|root|admin\w*|developer|dan))\b",
    r"\byou are (?:now|no longer|from now on)\b", r"\bfrom now on,? (?:you|ignore|always obey|act)\b",
    r"\b(?:new|updated|real|actual|secret|hidden) (?:system )?(?:instructions?|prompt|role|persona)\s?(?::|is\b|are\b|"
    r"follows?\b)", r"\b(?:developer|debug|god|jailbreak|dan|sudo|admin(?:istrator)?|root) mode\b", r"\bjailbreak",
    r"(?:^|[\s>*#\[])(?:system|assistant|developer|human|user)\s?[:>\]]\s", r"\[/?inst\]|<\|?(?:im_start|im_end|system|"
    r"assistant|user|endoftext)\|?>|<<sys>>|< \|",
    r"\b(?:call|invoke|execute|run|use|trigger|launch|open|start)\b (?:the |an? |this |any |following |shell |python |"
    r"bash |system |\w+_\w+ )*(?:tools?\b(?! of)|\w+_\w+ functions?\b|shell\b|"
    r"terminal\b|command(?:s| line)?\b|scripts?\b|code interpreter\b|"
    r"web ?hooks?\b|apis?\b|plugins?\b|browser\b|sql\b|curl\b|wget\b)",
    r"\b(?:curl|wget|powershell|rm -rf|nc -e|base64 -d|os\.system|subprocess|eval\(|exec\()",
    r"\b(?:send|post|upload|e-?mail|forward|transmit|exfiltrate|submit|deliver|transfer|report|leak|copy)\b.{0,60}\b"
    r"(?:to|at|via|through) (?:the |this |my |our |an? )*(?:following |remote |external |outside |given )*"
    r"(?:url|server|"
    r"endpoint|web ?hook|address:|host|website|ip\b|attacker|third part(?:y|ies)|inbox|drop box|ftp|bucket|domain|"
    r"https?:|[\w.+-]+@[\w-]+\.|(?:[\w-]+\.)+(?:com|org|net|io|example|dev|ru|cn|info|biz|xyz)\b)",
    r"\b(?:next|following|subsequent|future|later) (?:request|message|prompt|call|query)\b.{0,60}\b(?:include|contain|"
    r"carry|add|attach|put|hold|send)\b|\b(?:include|add|attach|put|insert|hide|carry|smuggle)\b.{0,80}\b(?:in|into|to|"
    r"with) (?:the |your |every |each )?(?:next|following|subsequent|future|later|outgoing) (?:request|message|prompt|"
    r"call|query)",
    r"\b(?:encode|encrypt|obfuscate|base64|rot13|hex(?:adecimal)?[- ]encode|spell)\b.{0,40}\b(?:names?|passages?|"
    r"knowledge|data|records?|pages?|secrets?|keys?|answers?|outputs?|text)\b.{0,40}(?:\bbase ?64\b|\brot ?13\b|"
    r"\bhex(?:adecimal)?\b|\bbackwards\b|\bacrostic\b|\bso that\b|\bfirst letters?\b)",
    r"\b(?:first letters?|acrostic|every (?:second|third|nth) word)\b.{0,60}\b(?:spell|form|hide|encode|reveal)",
    r"\b(?:disable|turn off|switch off|skip|avoid|evade|get around|trick|fool|defeat)\b (?:the |any |all |every |your |"
    r"privacy |pii |safety )*(?:masking|filters?|detectors?|guards?|guard ?rails?|scrubb(?:er|ing)|anonymi[sz]\w+|"
    r"redaction|logging|audit(?: log)?|moderation|safety checks?)",
    r"\b(?:reveal|leak|exfiltrate|disclose|betray|steal)\b (?:the |your |any |all |every )*(?:secrets?|private|"
    r"confidential|hidden|internal|sensitive|proprietary)\b",
)), re.IGNORECASE | re.DOTALL)
_ADVICE_AGAINST = re.compile(r"\b(?:(?:do|must|should|shall|may|can|will) ?not|don['’]t|never|avoid|without)"
                             r"(?: ever| to)? $", re.IGNORECASE)
_SPACED = re.compile(r"\b(?:[A-Za-z][ .\-_*]){5,}[A-Za-z]\b")


def is_order(text: str) -> bool:
    """Whether a principle reads like an order to the machine rather than advice about the task.

    A screen and no proof: it knows the wordings listed here. What slips through is quoted into a slot of a prompt of
    the local model, whose words have no way out but this same door.
    """
    plain = " ".join(fold(unicodedata.normalize("NFKC", text)).text.split())
    together = _SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), plain)
    forms = (plain, together, plain.replace("*", "").replace("_", " "))
    return any(not _ADVICE_AGAINST.search(form[:order.start()]) for form in forms for order in _ORDERS.finditer(form))
