"""Keys, tokens and passwords: what refuses a record instead of being masked in it.

A hit refuses the whole record, so the sure prefixes need only a few characters behind them: a secret that goes on in
the next line is caught by its first one. Prefixes are those their issuers publish.
"""

from __future__ import annotations

from appliance.detection.recognisers.rule import LOCKED, Rule

_Q = r"[ \t\"'`]{0,3}"
# Between a key word and its value: a colon, an equals sign, an arrow; the value may stand in the next line.
_GIVES = rf"{_Q}(?:(?::=|=>|->|[:=])|[ \t]is\b|[ \t]was\b){_Q}(?:\n[ \t]{{0,8}})?{_Q}"
_KEY_WORDS = (r"api[ _\-]?key|apikey|secret[ _\-]?key|access[ _\-]?key(?:[ _\-]?id)?|access[ _\-]?token|"
              r"client[ _\-]?secret|"
              r"auth[ _\-]?token|refresh[ _\-]?token|bearer[ _\-]?token|app[ _\-]?secret|shared[ _\-]?secret|secret|"
              r"token|"
              r"private[ _\-]?key|encryption[ _\-]?key|signing[ _\-]?key|account[ _\-]?key|sas[ _\-]?token|x-api-key|"
              r"webhook[ _\-]?secret|licen[cs]e[ _\-]?key|recovery[ _\-]?(?:key|code)|session[ _\-]?(?:id|key|token)|"
              r"cookie|"
              r"sharedaccesskey|accountkey|seed[ _\-]?phrase")
_NOUN = (r"password|passwd|passcode|passphrase|pwd|pass[ ]?word|kennwort|passwort|mot[ ]de[ ]passe|"
                r"contrase[nñ]a|psk|pass[ ]?phrase")
# What the password opens, and the word before the value.
_OF_WHAT = r"(?:[\w.'\-]{1,24}+[ \t]){0,5}?(?:[\w.'\-]{1,24}(?=[ \t]{0,2}[:=])[ \t]{0,2}[:=]|(?i:is|was)\b[ \t]{0,2}:?)"
_MIXED = r"(?=[^\s]{0,60}\d)(?=[^\s]{0,60}[A-Za-z])[^\s\"'`]{6,80}"
_NO_METHOD = r"(?!(?i:sha|md5|pbkdf|aes|bcrypt|scrypt|argon|rfc|iso|utf|base64|oauth|v\d|http)[\w\-/]{0,20})"

RULES = (
    Rule("API_KEY", r"(?<![A-Za-z0-9])(?:sk|pk|rk)[\-_](?:ant|live|test|proj|or|svcacct|admin)[\-_][\-_A-Za-z0-9]{6,400"
                    r"}", 0.9,
         "a key of a model provider or of Stripe"),
    Rule("API_KEY", r"(?<![A-Za-z0-9])(?:sk|pk|rk)[\-_](?=[\-_A-Za-z]{0,40}\d)[\-_A-Za-z0-9]{16,400}", 0.9,
         "a key by its prefix"),
    Rule("API_KEY", r"(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{10,255}|github_pat_\w{10,255}|glpat-[\w\-]{10,64}"
                    r"|xox[a-z]-[\w\-]{8,255}|xapp-[\w\-]{8,255}|AIza[\w\-]{20,50}|hf_[A-Za-z0-9]{16,64}|"
                    r"npm_[A-Za-z0-9]{16,64}"
                    r"|SG\.[\w\-]{10,64}\.[\w\-]{10,64}|whsec_[\w]{10,100}|ya29\.[\w\-]{10,400}|dop_v1_[0-9a-f]{16,64}"
                    r"|shp(?:at|ss|ca|pa)_[0-9a-fA-F]{16,40}|sq0[a-z]{3}-[\w\-]{10,60}|pypi-[\w\-]{16,400}|"
                    r"glsa_\w{16,64}"
                    r"|r8_[A-Za-z0-9]{16,64}|gsk_[A-Za-z0-9]{16,80}|AC[0-9a-f]{32}|SK[0-9a-f]{32}|key-[0-9a-f]{32}"
                    r"|EAAC[A-Za-z0-9]{20,300}|1//0[\w\-]{30,200}|NRAK-[A-Z0-9]{20,40}|lin_api_\w{16,60}|"
                    r"dapi[0-9a-f]{32}"
                    r"|v1\.0-[0-9a-f]{16,64}|hvs\.[\w\-]{16,200}|AGE-SECRET-KEY-1[A-Z0-9]{20,80})", 0.9,
         "a token by the prefix of its issuer"),
    Rule("API_KEY", r"\bhttps://(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks|"
                    r"[\w.\-]{1,80}\.webhook\.office\.com)"
                    r"/[\w/@\-.]{8,300}", 0.9, "a web hook"),
    Rule("API_KEY",
         rf"(?<![A-Za-z])(?i:{_KEY_WORDS}){_GIVES}\K(?=[^\s]{{0,60}}\d)(?!\d{{1,6}}\b)[^\s\"',;<>]{{8,400}}", 0.8,
         "a word for a key and its value"),
    Rule("API_KEY", r"(?<![A-Za-z])(?i:api[ _\-]?key|access[ _\-]?token|auth[ _\-]?token|secret[ _\-]?key)[ \t]{1,2}\K"
                    r"(?=[^\s]{0,60}\d)(?=[^\s]{0,60}[A-Za-z])[A-Za-z0-9_\-.+/=]{16,400}", 0.7,
                    "a word for a key and a long token"),
    Rule("API_KEY", r"\b(?i:bearer|basic|authorization:)[ \t]{1,2}\K(?=[^\s]{0,80}\d|[^\s]{8,400}=)[A-Za-z0-9._~+/\-]{1"
                    r"2,2000}={0,2}",
         0.8, "an authorisation header"),
    Rule("API_KEY", r"\b(?i:accountkey|sharedaccesskey|sharedaccesssignature|sig)=[A-Za-z0-9+/%=_\-]{20,300}", 0.9,
         "a connection string of Azure"),
    Rule("API_KEY", r"\"private_key(?:_id)?\"[ \t]{0,2}:[ \t]{0,2}\"[^\"\s]{8,100}", 0.9,
         "a service account of Google"),
    Rule("AWS_KEY", r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)(?=[A-Z0-9\s]{0,20}\d|[A-Z0-9]{12})[A-Z0-9]{3,20}(?:\n[ \t]{0,"
                    r"8}[A-Z0-9]{2,17})?"
                    r"\b(?<=[A-Z0-9\s]{12})", 0.9, "an access key of AWS"),
    Rule("AWS_KEY", r"\b(?i:aws[\w ]{0,20}(?:secret|key)[\w ]{0,20})[ \t\"']{0,3}[:=][ \t\"']{0,3}(?:\n[ \t]{0,8})?\K"
                    r"[A-Za-z0-9/+=]{16,64}", 0.9, "a secret key of AWS"),
    Rule("JWT", r"\bey[JI][A-Za-z0-9_\-]{8,4000}\s{0,9}\.\s{0,9}[A-Za-z0-9_\-]{8,8000}(?:\.[A-Za-z0-9_\-]{0,2000})?",
         0.9,
         "a JSON web token"),
    Rule("PRIVATE_KEY", r"-{2,5}[ ]?(?i:BEGIN)[ A-Z0-9]{0,40}(?i:KEY|CERTIFICATE|MESSAGE)(?:[ ](?i:BLOCK))?[ ]?-{2,5}"
                        r"(?:[A-Za-z0-9+/=\s\\:,.]{0,20000}+-{2,5}[ ]?(?i:END)[ A-Z0-9]{0,60}-{2,5})?", 0.9,
                        "a PEM block"),
    Rule("PRIVATE_KEY", r"\bPuTTY-User-Key-File-\d|\bssh-(?:rsa|ed25519|dss)[ ]AAAA[A-Za-z0-9+/=]{16,2000}|"
                        r"\becdsa-sha2-\w{1,20}[ ]AAAA"
                        r"[A-Za-z0-9+/=]{16,2000}", 0.9, "a key of SSH"),
    Rule("PASSWORD", rf"(?<![A-Za-z])(?i:{_NOUN}|pass)[ \t\"']{{0,3}}=[ \t\"']{{0,3}}(?:\n[ \t]{{0,8}})?\K[^\s\"']"
                     r"{3,200}", 0.8,
         "a password after an equals sign"),
    Rule("PASSWORD", rf"(?<![A-Za-z])(?i:{_NOUN}|pin)(?:[ \t\"'`]{{0,2}}:|[ \t]{{1,2}}(?:is|was|to|"
                     r"=>))[ \t\"'`]{0,3}(?:\n[ \t]{0,8})?"
                     r"\K(?=[^\s]{0,40}[\d!#$%^&*_+])[^\s\"'`]{4,200}", 0.8, "a password with a digit or a sign"),
    Rule("PASSWORD", rf"(?<![A-Za-z])(?i:{_NOUN})(?:[ \t]{{0,2}}:|[ \t]{{1,2}}is)[ \t]{{0,3}}[\"'`]\K[^\"'`\n]{{4,8"
                     r"0}(?=[\"'`])", 0.8,
         "a password in quotes"),
    Rule("PASSWORD", rf"^[ \t]{{0,8}}(?i:{_NOUN})[ \t]{{0,3}}:[ \t]{{1,3}}\K(?!(?i:none|yes|no|n/a|required|"
                     r"optional|reset|the|your|a|an"
                     r"|must|please|is|hidden|unknown|protected|forgotten|string|str|see)\b)[^\s\"']{4,80}(?=[ \t]{0,3}"
                     r"$)", 0.7,
         "a password alone on its line"),
    Rule("PASSWORD", rf"(?<![A-Za-z])(?i:{_NOUN}|pin)[ \t]{{1,2}}(?i:for|to|of|on)[ \t](?!{LOCKED}){_OF_WHAT}"
                     r"[ \t\"'`]{0,3}\K(?=[^\s]{0,40}(?:\d|[!#$%^&*_+]\w))[^\s\"'`]{4,200}", 0.8,
         "the password for something"),
    Rule("PASSWORD", rf"(?<![A-Za-z])(?i:pw|p/w|pswd|pass|creds?)[ \t]{{0,2}}[:=][ \t]{{0,3}}[\"'`]?\K{_MIXED}", 0.8,
         "a short word for a password and its value"),
    Rule("PASSWORD", rf"(?<![A-Za-z\-])(?i:{_NOUN}|pw)[ \t]{{1,2}}[\"'`]?\K{_NO_METHOD}{_MIXED}", 0.7,
         "a password right behind the word"),
    Rule("PASSWORD", r"(?<![A-Za-z])(?i:log[ ]?in|log[ ]?on|credentials?|creds?)(?:[ \t]{0,2}:|[ \t](?i:is|are|as|"
                     r"with))?[ \t]{1,2}[A-Za-z][\w.@\-]{1,60}[ \t]?/[ \t]?\K"
                     r"(?=[^\s]{0,60}\d)(?=[^\s]{0,60}[A-Za-z])[^\s/\"'`]{6,80}+(?!/)", 0.8,
         "a login and a password behind a slash"),
    Rule("PASSWORD", r"\b(?:curl|wget|http)\b[^\n]{0,200}?[ ](?:-u|--user|--proxy-user)[ =]?[\"']?[^\s:\"'/]{1,64}:\K"
                     r"[^\s\"'/:]{1,128}", 0.8, "a password on a command line"),
    Rule("PASSWORD", r"(?<!\w)(?i:totp|otp|2fa|mfa|two-factor|authenticator)[ \t](?i:seed|secret|key|set-?up[ ](?:key|"
                     r"code)|code)s?[ \t]{0,2}(?:(?i:is|was)\b|[:=])?[ \t]{0,3}[\"'`]?\K"
                     r"(?=[A-Z ]{0,60}[2-7]|[A-Z2-7]{16})[A-Z2-7]{4,64}(?:[ ][A-Z2-7]{4}){0,15}(?<=[A-Z2-7 ]{8})\b",
         0.8, "the seed of one-time codes"),
    Rule("PASSWORD", r"\b(?i:wi-?fi|wlan|ssid|hotspot|router)\b[^\n]{0,60}?\b(?i:key|code|pass)(?:[ \t]{0,2}[:=]|[ \t]"
                     r"(?i:is|was)\b)[ \t]{0,3}(?:[\"']\K[^\"'\n]{4,80}(?=[\"'])|\K(?=[^\s]{0,60}\d)[^\s\"']{6,80})",
         0.8, "the key of a wireless network"),
    Rule("PASSWORD", r"\b(?i:(?:recovery|seed|back-?up|wallet|secret|mnemonic)[ ](?:phrase|words)|mnemonic)[ \t]{0,2}"
                     r"(?:(?i:is|are|was|were)\b|[:=-])\s{0,3}[\"'`]?\K(?:\d{1,2}[.)]?[ ])?[A-Za-z]{3,8}+"
                     r"(?:[ ,\n]{1,3}(?:\d{1,2}[.)]?[ ])?[A-Za-z]{3,8}+){11,23}(?!\w)", 0.8,
         "the words of a wallet"),
    Rule("PASSWORD", r"\b(?i:pin|pin[ ]code|otp|one-time[ ](?:code|password)|verification[ ]code|"
                     r"security[ ]code)(?:[ \t]{0,2}[:=]|[ \t]"
                     r"(?:is|was))[ \t]{0,3}\K\d{4,8}\b(?![.,]\d|[ ]?%)", 0.7, "a PIN"),
    Rule("PASSWORD", r"(?i:\buser(?:name)?|\blogin|\buid)[ \t]{0,2}[:=/][ \t]{0,2}[^\s,;:/]{2,40}[ \t]{0,2}[,;/|"
                     r"]?[ \t]{1,2}(?i:pass|pw|pwd)"
                     r"[ \t]{0,2}[:=/][ \t]{0,2}\K[^\s]{3,80}", 0.8, "a user name and a password"),
    Rule("PASSWORD", r"://[^\s:/@]{0,64}:\K[^\s@/]{1,128}(?=@)", 0.8, "a password in an address"),
    Rule("PASSWORD", r"(?i:\buser(?:[ ]?name|[ ]?id)?|\blog[ ]?in|\blogon|\buid)[ \t:=]{1,3}[^\s,;:/]{2,40}"
                     r"[ \t,;/|]{1,3}(?:(?i:and)[ \t])?(?i:password|passcode|pass|pwd|pw)[ \t:=]{1,3}[\"'`]?\K"
                     r"(?=[^\s]{0,60}\d)[^\s\"'`]{4,80}", 0.8, "a user and then a password"),
    # Base64 long enough to hide a text: what cannot be read cannot be cleared.
    Rule("ENCODED_TEXT", r"(?<![\w+])(?=(?:[A-Za-z+]{0,60}\d){2})(?=[A-Z0-9+]{0,60}[a-z])(?=[a-z0-9+]{0,60}[A-Z])"
                         r"[A-Za-z0-9+]{40,100000}+={0,2}", 0.8, "a long run without words"),
    Rule("ENCODED_TEXT", r"\bbase64,[ ]?[A-Za-z0-9+/=_\-]{16,100000}+", 0.8, "a data address"),
)
