"""Ways to reach someone: telephone, e-mail, web, user names, machines."""

from __future__ import annotations

from appliance.detection.recognisers.rule import NO_UNIT, PAUSE, SAID, Rule

_MAIL_ENDS = r"(?:com|org|net|edu|gov|mil|info|biz|io|co|uk|de|fr|nl|eu|ch|es|ca|au|us|example)"
# Ends that are no English words, so that "at work.The" with its space forgotten is no host.
_SURE_ENDS = (r"(?:com|org|net|edu|gov|mil|info|biz|name|museum|aero|coop|jobs|mobi|online|site|tech|store|app|dev|"
              r"cloud|xyz|"
              r"shop|website|health|clinic|hospital|agency|email|academy|company|arpa|onion|example|test|invalid|"
              r"ac|ad|ae|af|ag|al|ao|aq|ar|au|aw|ax|az|ba|bb|bd|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bw|bz|ca|cc|cd|cf|cg|"
              r"ch|"
              r"ci|ck|cl|cm|cn|co|cr|cu|cv|cx|cy|cz|de|dj|dk|dm|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|fr|ga|gb|gd|ge|"
              r"gf|gg|"
              r"gh|gi|gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|io|iq|ir|je|jm|jo|jp|ke|kg|kh|ki|"
              r"km|kn|"
              r"kp|kr|kw|ky|kz|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|mc|md|mg|mh|mk|ml|mm|mn|mo|mp|mq|mr|ms|mt|mu|mv|mw|mx|mz|"
              r"nc|ne|"
              r"nf|ng|ni|nl|np|nr|nu|nz|om|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb|sc|sd|se|sg|"
              r"sh|si|"
              r"sj|sk|sl|sm|sn|sr|st|su|sv|sx|sy|sz|tc|td|tf|tg|th|tj|tk|tl|tm|tn|tr|tt|tv|tw|tz|ua|ug|uk|uy|uz|va|vc|"
              r"ve|vg|"
              r"vi|vn|vu|wf|ws|ye|yt|za|zm|zw)")
_LABELS = r"(?:[a-z0-9][a-z0-9\-]{0,62}+\.)"
_CALL = (r"(?i:phone|tel|telephone|call|called|fax|mobile|cell|ring|text|dial|ext|extension|pager|"
         r"reach(?:ed)?[ ](?:me|us|him|her|them|at|on|by)|whatsapp|sms|"
         r"landline|number is|answering at|hotline)")
_NO_USER = (r"(?!(?i:page|screen|form|attempt|details|credentials|is|was|with|and|or|to|the|a|an|as|in|on|for|from|at|"
            r"of|via|"
            r"using|failed|fails|name|names|issues?|problems?|error|errors|button|here|again|password|account|process|"
            r"into|"
            r"first|then|before|after|now|please|session|information|info|id|you|your|not|it|if|that|must|can|"
            r"cannot)\b)")
# 1988-02-14 is a day, however many telephones are written that way.
_NO_ISO_DATE = r"(?!(?:19|20)\d\d[ .\-](?:0?[1-9]|1[0-2])[ .\-](?:0?[1-9]|[12]\d|3[01])(?!\d))"
# Files of code, and the fields of a short variable, are no hosts: load.py, o.id, c.email.
_NO_CODE = (r"(?!(?:\w{1,60}\.(?:py|sh|rs|pl|md|cc|ps|id)|[a-z]{1,4}\.(?:email|name|test|store|app|dev|jobs))"
            r"(?![\w.\-/]))")
_DOCUMENT = (r"pdf|docx?|xlsx?|pptx?|odt|ods|rtf|txt|csv|msg|eml|pages|jpe?g|png|gif|tiff?|bmp|heic|dcm|dicom|webp|svg|"
             r"wav|mp3|m4a|mp4|mov|avi|zip|hl7")
_FILE_WORD = r"[A-Za-z\d]{1,30}+"
# Two words or more, joined: Oyelaran_HIV, smith_john_biopsy, Scan-Oyelaran.
_FILE_STEM = rf"(?=[\d_\-]{{0,12}}[A-Za-z]{{2}}){_FILE_WORD}(?:_{{1,2}}{_FILE_WORD}|-{_FILE_WORD}){{1,8}}"
# Names of files that say what is in them and not whose it is.
_PLAIN_FILE = (r"(?:(?:(?i:image|img|pic|photo|scan|scanned|screenshot|shot|figure|fig|table|chart|graph|plot|"
               r"diagram|logo|"
               r"icon|banner|page|file|doc|document|report|reports|summary|notes?|letter|form|forms|template|example|"
               r"sample|demo|test|tests|data|dataset|input|output|results?|log|logs|list|export|import|backup|final|"
               r"draft|copy|new|old|"
               r"user|admin|guide|manual|readme|overview|architecture|hostile|inputs?|policy|privacy|terms|license|"
               r"requirements|"
               r"changelog|index|main|config|settings|schema|model|train|dev|eval|benchmark|metrics|audit|invoice|"
               r"receipt|the|and|of|for|to|a|in|by|on|v|version|en|de|fr|dsc|mvimg|pxl|cover|monthly|weekly|daily|"
               r"annual|"
               r"meeting|minutes|agenda|budget|plan|project|safety|detection|security|quick|start|getting|started|"
               r"seeds?|"
               r"tasks?|prompt|prompts|answers?|principles?|knowledge|text|texts|x|ray|xray|ct|mri|ecg|lab|labs|blood|"
               r"clinical|discharge|referral|consent|patient|patients|names?|values?|all|row|rows|small|large|public)"
               r"\d{0,10}|\d{1,14})"
               r"(?:[_\-]{1,2}|(?=\.)))+\.")
_USER = r"[A-Za-z0-9][\w.\-]{2,63}"
_SAID_TENS = (rf"(?:{SAID}(?:[ ]hundred)?|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
              rf"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[ \-]{SAID})?)")

RULES = (
    Rule("PHONE_NUMBER", r"(?<![\w.\-])(?:\+|00)\d{1,3}(?:[ \t.\-/]{0,2}\(?\d{1,4}\)?){2,5}(?:[ \t]?(?i:x|"
                         r"ext)\.?[ \t]?\d{1,6})?"
                         r"(?!\w)", 0.6, "an international number"),
    Rule("PHONE_NUMBER", r"(?<![\w.\-])(?:1[ .\-]?)?\(\d{1,5}\)[ \t.\-]{0,2}\d{2,4}(?:[ \t.\-]{0,2}\d{2,4}){0,3}"
                         r"(?:[ \t]?(?i:x|ext)\.?[ \t]?\d{1,6})?(?!\w)", 0.5, "an area code in brackets"),
    Rule("PHONE_NUMBER", rf"(?<![\w.\-/$]){_NO_ISO_DATE}\d{{2,5}}(?:[ \t.\-]\d{{2,4}}){{2,4}}"
                         r"(?:[ \t]?x\d{1,6})?(?![\w/%]|[.\-]\d)",
         0.4, "three groups of digits or more"),
    Rule("PHONE_NUMBER", rf"(?<![\w.\-/$])\d{{2,4}}[ \-/]\d{{6,7}}(?![\w/%]|[.\-]\d){NO_UNIT}", 0.4,
         "an area code and six digits"),
    # A local number of three and four digits, also where nothing around it says that it is one.
    Rule("PHONE_NUMBER", rf"(?<![\w.\-/$])\d{{3}}[ \t.\-]\d{{4}}(?![\w/%]|[.\-]\d){NO_UNIT}", 0.4, "a local number"),
    Rule("PHONE_NUMBER", r"(?<![\w.\-])\d(?:[ .\-]\d){8,14}(?![\w.\-])", 0.4, "digits with a space between them"),
    Rule("PHONE_NUMBER", r"(?<![\w\-])(?:1[ \-.])?8(?:00|33|44|55|66|77|88)[ \-.][A-Z0-9]{3}[ \-.]?[A-Z0-9]{4}(?!\w)",
         0.5,
         "a number in letters"),
    Rule("PHONE_NUMBER", rf"\b{_CALL}\b\W{{1,3}}(?:[A-Za-z]{{1,10}}+\W{{1,3}}){{0,3}}\K\+?\(?\d{{2,5}}\)?(?:[ \t.\-/]?"
                         r"\d{2,4})"
                         r"{1,4}\b(?!%)", 0.6, "a number after a word for calling"),
    Rule("PHONE_NUMBER", rf"\b(?i:{SAID}(?:[ ]hundred)?(?:{PAUSE}{SAID}(?:[ ]hundred)?){{6,18}})\b", 0.5,
         "seven digits or more in words"),
    Rule("PHONE_NUMBER", rf"\b(?i:{SAID}(?:{PAUSE}{SAID}){{2,9}}){PAUSE}\d{{3,4}}(?:[ .\-]\d{{3,4}}){{0,2}}\b", 0.5,
         "a number begun in words and ended in figures"),
    Rule("PHONE_NUMBER", r"(?<![\w.\-/])(?=(?:[OoIl \-]{0,8}\d){4})(?=\d{0,5}(?:[ \-]\d{0,4}){0,2}[OoIl])"
                         r"[\dOoIl]{3,5}(?:[ \-][\dOoIl]{3,4}){2}"
                         r"(?![\w/%]|[.\-]\w)", 0.5, "a number with letters read for its figures"),
    Rule("PHONE_NUMBER", rf"\b{_CALL}\b\W{{1,3}}\K(?=(?:[OoIl \-]{{0,8}}\d){{4}})(?=\d{{0,5}}(?:[ \-]\d{{0,4}})?[OoIl])"
                         rf"[\dOoIl]{{3,5}}"
                         r"[ \-]?[\dOoIl]{3,7}(?![\w/%]|[.\-]\w)", 0.5,
         "a number after a word for calling, letters read "
                                                                        "for its figures"),
    Rule("PHONE_NUMBER", rf"\b{_CALL}\b\W{{1,3}}(?:[A-Za-z]{{1,10}}+\W{{1,3}}){{0,4}}?\K"
                         rf"(?i:{_SAID_TENS}(?:{PAUSE}{_SAID_TENS}){{4,14}})\b", 0.5,
         "a number in words after a word for calling"),
    Rule("PHONE_NUMBER", r"\b(?i:ext|extension|x)\b\.?[ \t]{0,2}(?:[:#])?[ \t]{0,2}\K\d{3,6}\b", 0.5, "an extension"),
    Rule("EMAIL_ADDRESS", r"(?i:(?<![\w.+\-])[\w.+\-]{1,64}+[ \t]{0,2}[\[({<][ \t]?(?:at|@)[ \t]?[\])}>][ \t]{0,2}[\w\-"
                          r"]{1,63}"
                          r"(?:[ \t]{0,2}[\[({<]?[ \t]?(?:\.|\bdot\b)[ \t]?[\])}>]?[ \t]{0,2}[\w\-]{2,63}){1,4})", 0.6,
         "an e-mail address with [at]"),
    Rule("EMAIL_ADDRESS", r"(?i:(?<![\w.+\-])[\w.+\-]{1,64}+(?:[ \t]{1,2}(?:dot|punkt)[ \t]{1,2}[\w\-]{1,63}+){0,2}[ \t"
                          r"]{1,2}at"
                          r"[ \t]{1,2}[\w\-]{1,63}+(?:[ \t]{1,2}dot[ \t]{1,2}(?!\d)[\w\-]{2,63}+){1,4})", 0.6,
         "an e-mail address in words"),
    Rule("EMAIL_ADDRESS", rf"(?i:(?<![\w.+\-])[\w.+\-]{{1,64}}+[ \t]{{1,2}}at[ \t]{{1,2}}{_LABELS}{{1,4}}{_MAIL_ENDS})("
                          r"?!\w|\.\w)",
         0.5, "an e-mail address with the word at"),
    Rule("EMAIL_ADDRESS", r"(?<![^\s@<>])[^\s@<>]{1,256}+[ \t]?@[ \t]?[^\s@<>]{1,253}?\.\w{2,24}\b", 0.5,
         "an e-mail address"),
    Rule("EMAIL_ADDRESS", r"(?<![\w.])[\w.+\-]{1,64}+[ \t]{0,2}@[ \t]{0,2}[\w\-]{1,63}+(?:[ \t]{0,2}\.[ \t]{0,2}[\w\-]{"
                          r"2,63}+)"
                          r"{1,4}", 0.5, "an e-mail address with spaces"),
    Rule("EMAIL_ADDRESS", r"(?<!\w|\w[ ])[A-Za-z0-9](?:[ ][\w.\-]){1,40}[ ]@(?:[ ][\w.\-]){3,60}(?!\w)", 0.5,
         "an e-mail address with its letters spaced out"),
    Rule("EMAIL_ADDRESS", r"(?<![^\s@<>(\"'])[A-Za-z][\w.+\-]{0,63}+@[A-Za-z][\w\-]{1,62}+(?![\w.@])", 0.4,
         "an address on a local machine"),
    Rule("USERNAME", r"^\[?\d{1,2}:\d\d(?::\d\d)?\]?[ ]<?\K[A-Za-z][\w.\-]{1,30}(?=>?:[ ])", 0.5,
         "who speaks in a chat"),
    Rule("USERNAME", r"(?<![\w.@/])@[A-Za-z]\w{1,30}\b", 0.5, "a handle"),
    Rule("USERNAME", r"\b(?i:user[ \t_\-]?name|login|user[ \t]?id|screen[ ]?name|handle|nick(?:name)?|account[ ]name|"
                     r"user(?=[ \t]{0,2}[:=])|logon|"
                     r"alias)[ \t\"']{0,2}(?:(?i:is|was)\b|[:=])[ \t\"']"
                     rf"{{0,3}}\K@?{_NO_USER}(?!(?i:not|very|so|too|being)\b){_USER}(?:#\d{{4}})?", 0.6,
                     "a user name by its name"),
    Rule("USERNAME", r"\b(?:[Ll]ogin|LOGIN|(?i:user[ \t]?name|logged[ ]in[ ]as|log[ ]in[ ]as|signed[ ]in[ ]as|"
                     r"sign[ ]in[ ]as))[ \t]"
                     rf"{{1,2}}(?:as[ \t])?\K{_NO_USER}{_USER}", 0.4, "a user name after 'login'"),
    Rule("USERNAME", r"\b(?i:twitter|instagram|insta|telegram|skype|snapchat|discord|tiktok|facebook|linkedin|github|"
                     r"whatsapp)[ \t]?"
                     r"[:=][ \t]?\K@?(?!https?:)(?:(?=[A-Za-z.]{0,30}[\d_])[A-Za-z][\w.\-]{2,31}|"
                     r"[a-z][a-z.\-]{2,31}(?=[ \t]{0,3}"
                     r"(?:$|[,;|])))", 0.5, "an account of a network"),
    Rule("USERNAME", r"\b(?i:twitter|instagram|insta|ig|telegram|skype|snapchat|snap|discord|tiktok|facebook|"
                     r"linkedin|github|"
                     r"reddit|mastodon|youtube|threads|bluesky)(?:[ \t](?i:is|as|handle|account|user|"
                     r"name)){0,2}:?[ \t]\K@?(?=[A-Za-z.]{1,30}"
                     r"[\d_][\w.]{0,20})(?!v?\d|utf|sha)[A-Za-z][\w.]{2,31}\b", 0.4, "a handle behind its network"),
    Rule("USERNAME", r"\b(?i:twitter|instagram|insta|ig|telegram|snapchat|snap|tiktok|threads|bluesky)(?:[ \t](?i:is|"
                     r"as|handle|"
                     r"account|name)){0,2}:?[ \t]\K@?[a-z]{2,20}\.[a-z]{2,20}(?![\w.@/])(?!(?<=\.(?:com|org|net)))",
         0.4,
         "a handle with a dot behind its network"),
    Rule("USERNAME", rf"(?<![\w\-.])(?!{_PLAIN_FILE}){_FILE_STEM}\.(?i:{_DOCUMENT})\b(?!\.\w)", 0.4,
         "a document whose name joins words"),
    # Apart, because each begins with a sign that few texts have.
    Rule("USERNAME", r"(?<!\w)/(?:home|Users|usr/home|var/mail)/\K(?!Shared\b|shared\b)[A-Za-z][\w.\-]{1,31}", 0.5,
         "a home folder"),
    Rule("USERNAME", r"\b[A-Za-z]:\\Users\\\K(?!(?:Public|Default)\b)[A-Za-z][\w.\-]{1,31}", 0.5,
         "a home folder of Windows"),
    Rule("USERNAME", r"(?<![\w/])~\K[A-Za-z][\w.\-]{1,31}(?=/)", 0.5, "a home folder by its tilde"),
    Rule("USERNAME", r"(?<![\w\\:.])[A-Z][A-Z0-9\-]{1,15}\\[A-Za-z][\w.\-]{2,31}\b", 0.5,
         "a Windows domain and a user"),
    Rule("USERNAME", r"(?<![\w/])/?u/[A-Za-z][\w\-]{2,20}\b", 0.5, "a forum user"),
    Rule("USERNAME", r"(?<![\w@#])[A-Za-z][\w.]{1,31}+#\d{4}\b", 0.5, "a user and four digits"),
    # Whole addresses: Presidio's own pattern stops at the first thing that looks like a top-level domain.
    Rule("URL", r"\b(?i:https?|s?ftp|ssh|file|smb|s3|git|wss?|ldaps?|mailto|tel|jdbc:\w{1,20}|nfs|rtsp|telnet|magnet|"
                r"postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqp|hxxps?)(?::|\[:\])/{0,2}(?<=/|(?i:mailto|tel):)"
                r"[^\s<>\"]{1,4000}", 0.8,
         "an address with its scheme"),
    Rule("URL", rf"(?<![\w.@\-])(?i:{_LABELS}{{1,8}}[a-z]{{2,24}}(?::\d{{1,5}})?/[^\s<>\"]{{1,2000}})", 0.6,
         "a host and a path"),
    Rule("URL", rf"(?<![\w.@\-])(?i:www\.{_LABELS}{{1,8}}[a-z]{{2,24}})(?:/[^\s<>\"]{{0,2000}})?", 0.7,
         "a host that starts with www"),
    Rule("URL", rf"(?<![\w.@\-]){_NO_CODE}(?i:{_LABELS}{{1,8}}{_SURE_ENDS})"
                r"(?<=\.[a-z]{2,8}|\.[A-Z]{2,8})(?::\d{1,5})?"
                r"(?:[?#][^\s<>\"]{1,2000})?(?![\w\-]|\.\w)", 0.5, "a host by its top-level domain"),
    Rule("URL", r"\b(?i:web[ ]?site|site|domain|url|homepage|blog|host(?:name)?|server|visit)[ \t]{0,2}(?:is\b|"
                r"[:=])?[ \t]{1,2}\K"
                rf"(?i:{_LABELS}{{1,8}}[a-z]{{2,24}})(?<=\.[a-z]{{2,24}})\b(?!\.\w)", 0.5, "a host after a word for on"
                                                                                           "e"),
    Rule("URL", r"(?<![\w.@\-])(?i:(?:[a-z0-9][a-z0-9\-]{0,62}+\.){1,8}(?:local|internal|intranet|lan|corp|localdomain|"
                r"home|"
                r"private))\b(?::\d{1,5})?", 0.6, "a host of a local network"),
    Rule("URL", r"(?i:(?<![\w.\-])[\w\-]{1,63}+(?:(?:[ ]?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))[ ]?)[\w\-]{2,63}+){1,"
                r"6})"
                r"(?:/[^\s<>\"]{0,500})?", 0.6, "a host with its dots hidden"),
    Rule("URL", r"\\\\[A-Za-z0-9][\w.\-]{1,62}\\[^\s<>\"]{1,500}", 0.6, "a network share"),
    Rule("IP_ADDRESS", r"(?<![\w.\-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:[/:]\d{1,5})?("
                       r"?![\w\-]|\.\d)",
         0.6, "an IPv4 address"),
    Rule("IP_ADDRESS", r"(?<![\w:.])(?=[0-9a-fA-F:]{0,40}::|(?:[0-9a-fA-F]{1,4}:){7})(?=[0-9:]{0,39}[a-fA-F\d])"
                       r"(?:[0-9a-fA-F]{1,4}(?::{1,2}[0-9a-fA-F]{1,4}){1,7}|::[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6"
                       r"})"
                       r"(?:/\d{1,3})?(?![\w:])", 0.6, "an IPv6 address"),
)
