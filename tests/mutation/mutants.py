"""Every guard of the door, and the change that switches it off: an exact text, what takes its place, who must notice.

A mutant names its file below ``appliance/``, a text that stands there once, and tests of which at least one must fail.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """One guard switched off.

    Attributes:
        name: the guard, in words.
        file: below ``appliance/``.
        old: stands in the file exactly once.
        new: takes its place.
        tests: node ids or files below ``tests/``, with ``-k`` terms after a blank.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


_01, _11 = "hostile/test_hostile_01_10.py", "hostile/test_hostile_11_20.py"
_21, _31 = "hostile/test_hostile_21_30.py", "hostile/test_hostile_31_41.py"
_FAILS, _PLACES = "hostile/test_detector_fails.py", "hostile/test_positions.py"
_SCRUB, _DOOR, _SCHEMA = "gateway/test_scrub.py", "gateway/test_door.py", "gateway/test_schema.py"
_K, _CANARY = "gateway/test_knowledge_guard.py", "gateway/test_canaries.py"
_LIMITS, _ANSWERS = "gateway/test_limits.py", "gateway/test_answers.py"
_LOG, _LATCH, _SENDER = "audit/test_log.py", "audit/test_latch.py", "sender/test_https.py"

TEXTS = (
    Mutant("characters that text cannot hold are refused", "detection/normalise.py",
           'if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS):', "if False:",
           ("detection/test_normalise.py",)),
    Mutant("invisible characters are dropped", "detection/normalise.py",
           'visible = "".join(c for c in text if unicodedata.category(c) != "Cf")', "visible = text",
           ("detection/test_normalise.py",)),
    Mutant("compatibility forms become plain ones", "detection/normalise.py",
           'text = _drop_invisible(unicodedata.normalize("NFKC", _drop_invisible(text)))',
           "text = _drop_invisible(text)", ("detection/test_normalise.py",)),
    Mutant("look-alike letters are folded", "detection/normalise.py",
           "_FOLD = _LOOKALIKES | _BOXED", "_FOLD = _BOXED", ("detection/test_normalise.py",)),
    Mutant("digits of other scripts are folded", "detection/normalise.py",
           "if digit is not None:\n        return str(digit)", "if digit is not None:\n        return character",
           ("detection/test_normalise.py",)),
    Mutant("encoded runs are decoded and looked into", "detection/hidden.py",
           "found = [views(text) for text in texts]", "found = [[] for text in texts]", (f"{_01} -k test_05",)),
    Mutant("what is decoded and cannot be read is refused", "detection/hidden.py",
           'why = {view: said.get(id(view), "cannot be read") for view in inside}',
           'why = {view: said.get(id(view), "") for view in inside}', ("hostile/test_refusals.py",)),
    Mutant("a border between fields is looked across", "gateway/looks.py",
           'yield Look("".join(part for _, _, part in parts), parts, border=True)', "continue",
           (f"{_SCRUB} -k split_across_fields",)),
    Mutant("fields are looked at together", "gateway/looks.py",
           "for gap in _GAPS:", "for gap in ():", ("hostile/test_refusals.py",)),
    Mutant("a value found once is masked everywhere", "gateway/scrub.py",
           "hits = [*draft.hits.get(index, []), *wanted(text, known.find(text), self._policy)]",
           "hits = [*draft.hits.get(index, [])]", (f"{_SCRUB} -k 'found_by_its_title or found_last'",)),
    Mutant("a secret refuses its instance", "gateway/scrub.py",
           'draft.refuse("secret")', "pass", (f"{_SCRUB} -k cannot_be_made_clean",)),
    Mutant("a placeholder of others refuses its instance", "gateway/scrub.py",
           'draft.refuse("looks_like_placeholder", names_matter=True)', "pass",
           (f"{_SCRUB} -k cannot_be_made_clean",)),
    Mutant("a language nobody reads refuses its instance", "gateway/scrub.py",
           'draft.refuse("other_language")', "pass", ("hostile/test_refusals.py",)),
    Mutant("what is mostly masked refuses its instance", "gateway/scrub.py",
           'draft.refuse("mostly_masked")', "pass", ("hostile/test_refusals.py",)),
    Mutant("what masking cannot remove refuses its instance", "gateway/scrub.py",
           'draft.refuse("residual")', "pass", (f"{_SCRUB} -k second_masking_round",)),
    Mutant("a text over the limit is refused before anything reads it", "gateway/scrub.py",
           "if _size(texts) > limit or _size(draft.shown()) > limit:", "if False:",
           (f"{_SCRUB} -k 'cannot_be_made_clean or exactly_the_limit'",)),
    Mutant("no detector is asked about more than it may read", "gateway/resolve.py",
           "if longest := max((len(text) for text in texts if len(text) > limit), default=0):", "if longest := 0:",
           (f"{_SCRUB} -k cannot_be_scanned",)),
    Mutant("secrets are no exception of the allow list", "gateway/resolve.py",
           "if hit.entity in policy.block_entities or hit.fixed:", "if hit.fixed:",
           (f"{_SCRUB} -k allowed_string",)),
)

DETECTOR = (
    Mutant("a span out of its text is not believed", "detection/detector.py",
           "if not 0 <= span.start < span.end <= len(text):", "if False:", ("detection/test_detect.py -k senseless",)),
    Mutant("a type that is none is not believed", "detection/detector.py",
           'if not isinstance(span.entity, str) or not span.entity.replace("_", "").isalpha() '
           "or not span.entity.isupper():", "if False:", ("detection/test_detect.py -k senseless",)),
    Mutant("a score that is none is not believed", "detection/detector.py",
           "if type(span.score) not in (int, float) or not 0 <= span.score <= 1:", "if False:",
           ("detection/test_detect.py -k senseless",)),
    Mutant("spans are checked before they are used", "gateway/resolve.py",
           "for span in check_spans(folded.text, spans):", "for span in spans:", (f"{_SCRUB} -k senseless_spans",)),
    Mutant("an answer for fewer texts is not believed", "gateway/resolve.py",
           "if len(found) != len(texts) or not all(isinstance(spans, list) for spans in found):", "if False:",
           ("hostile/test_refusals.py",)),
    Mutant("an answer to another question is not believed", "detection/process.py",
           'if answer.get("id") != self._asked or not isinstance(found, list) or len(found) != len(texts):',
           "if not isinstance(found, list) or len(found) != len(texts):",
           ("detection/test_process.py -k hangs_dies", f"{_11} -k answer_to_another")),
    Mutant("an answer with fewer lists is not believed", "detection/process.py",
           'if answer.get("id") != self._asked or not isinstance(found, list) or len(found) != len(texts):',
           'if answer.get("id") != self._asked or not isinstance(found, list):\n'
           "            pass\n        elif False:", (f"{_11} -k empty_result",)),
    Mutant("a detector that hangs is killed in time", "detection/process.py",
           "timer = threading.Timer(deadline_s, kill)", "timer = threading.Timer(deadline_s + 11, kill)",
           (f"{_11} -k never_ends",)),
    Mutant("a late or torn answer does not count", "detection/process.py",
           'if expired.is_set() or not line.endswith(b"\\n"):', "if False:",
           ("detection/test_process.py -k hangs_dies",)),
    Mutant("the detector gets no environment", "detection/process.py",
           "env=_ENVIRONMENT, close_fds=True", "env=None, close_fds=True", (f"{_31} -k none_of_the_environment",)),
    Mutant("a pattern that times out is an error", "detection/analyzer.py",
           'raise DetectorFailed("a pattern did not finish in time; nothing was released")', "return  # type: ignore",
           ("detection/test_detect.py -k times_out",)),
    Mutant("no type is ignored", "detection/analyzer.py",
           "NerModelConfiguration(labels_to_ignore=[])", 'NerModelConfiguration(labels_to_ignore=["ORGANIZATION"])',
           ("detection/test_detect.py -k organisations_are_not_ignored",)),
    Mutant("a text that a model has not read is an error", "detection/precomputed.py",
           "if text not in self._held:\n"
           '                raise DetectorFailed("a text was not read by every model; nothing was released")',
           "if text not in self._held:\n                return []", ("hostile/test_refusals.py",)),
    Mutant("the model is the one the record names", "detection/ner/weights.py",
           "if found != wanted:", "if False:", ("detection/test_name_model.py -k 'belong_together or damaged'",)),
)

KNOWLEDGE = (
    Mutant("an instance that quotes K is not admitted", "gateway/guard.py",
           "[KNOWLEDGE_RUN if self.knowledge.runs(texts) else None for texts in records]", "[None for _ in records]",
           (f"{_K} -k by_policy",)),
    Mutant("an instance in which something is left is not admitted", "gateway/guard.py",
           "            if kinds:\n", "            if False:\n", (f"{_DOOR} -k quotes_k_or_a_person",)),
    Mutant("runs of K are looked for across fields", "gateway/knowledge_guard.py",
           "for number in range(2, len(fields) - 1):", "for number in ():", (f"{_K} -k split_anywhere",)),
    Mutant("the words around a text count", "gateway/knowledge_guard.py",
           '_NEIGHBOUR = "þ"', '_NEIGHBOUR = ""',
           ("hostile/test_refusals.py",)),
    Mutant("spacing hides no run of K", "gateway/knowledge_guard.py",
           " + self._tight.runs(view)", "", (f"{_K} -k however_it_is_spaced",)),
    Mutant("a disguise hides no run of K", "gateway/knowledge_guard.py",
           "yield text[::-1]", "pass", (f"{_K} -k disguise",)),
    Mutant("an encoding hides no run of K", "gateway/knowledge_guard.py",
           "yield from _decoded(text)", "pass", (f"{_K} -k disguise",)),
    Mutant("an index older than K shuts the door", "gateway/knowledge_guard.py",
           "if not self._fresh():", "if False:", (f"{_K} -k older_than_k",)),
    Mutant("runs of K in the final bytes", "gateway/guard.py",
           "if runs := self.knowledge.runs(texts) or self.knowledge.runs(released):", "if runs := 0:",
           (f"{_21} -k 'test_22 and final_bytes'",)),
    Mutant("runs of K without the words between fields", "gateway/guard.py",
           "self.knowledge.runs(texts) or self.knowledge.runs(released)", "self.knowledge.runs(texts)",
           ("hostile/test_refusals.py",)),
    Mutant("short runs are counted over the job", "gateway/limits.py",
           "shown = runs.union(*(self._payload(fields)[0] for fields in earlier))", "shown = runs",
           (f"{_K} -k drop_by_drop",)),
    Mutant("a run split between two requests", "gateway/limits.py",
           'if before and any(', "if False and any(", (f"{_K} -k split_between_two_requests",)),
)

BYTES = (
    Mutant("the final bytes are scanned for values", "gateway/guard.py",
           'for kinds in self._scrubber.residuals(list(dict.fromkeys((*texts, "\\n".join(texts)))), pseudonyms):',
           "for kinds in ():", (f"{_DOOR} -k final_bytes_that", "hostile/test_refusals.py")),
    Mutant("the final bytes are looked at", "gateway/exchange.py",
           "self._guard.check_body(request.body, pseudonyms)", "pass", (f"{_SCHEMA} -k another_form",)),
    Mutant("the head is looked at", "gateway/exchange.py",
           "        schema.check_head(request.method, request.path, request.headers, len(request.body),\n"
           "                          (self._destination.host, self._destination.port))\n", "",
           (f"{_SCHEMA} -k 'not_ours or no_header'",)),
    Mutant("a request over the size limit", "gateway/guard.py",
           "if len(body) > self.policy.limits.request_bytes:", "if False:", (f"{_01} -k test_08",)),
    Mutant("only the canonical form leaves", "gateway/guard.py",
           'if document["model"] != self._model or schema.canonical(document) != body:',
           'if document["model"] != self._model:', (f"{_SCHEMA} -k another_form",)),
    Mutant("only the configured model is asked", "gateway/guard.py",
           'if document["model"] != self._model or', "if", (f"{_DOOR} -k final_bytes_that",)),
    Mutant("an unknown field is refused", "gateway/schema.py",
           "return required <= set(given) <= set(allowed) and all(_holds(allowed[name], value)\n"
           "                                                          for name, value in given.items())",
           "return required <= set(given) and all(_holds(allowed[name], value)\n"
           "                                                          for name, value in given.items() "
           "if name in allowed)", (f"{_SCHEMA} -k everything_else",)),
    Mutant("a repeated key is refused", "gateway/schema.py", "if len(row) != len(pairs):", "if False:",
           (f"{_SCHEMA} -k everything_else",)),
    Mutant("a number JSON does not have is refused", "gateway/schema.py", "        raise ValueError(name)\n",
           "        return None\n", (f"{_SCHEMA} -k 'everything_else or table'", "hostile/test_refusals.py")),
    Mutant("a count is a whole number in bounds", "gateway/schema.py",
           "return type(value) is int and 1 <= value <= (field.most or _MOST_TOKENS)", "return True",
           (f"{_SCHEMA} -k everything_else",)),
    Mutant("nesting without end is refused", "gateway/schema.py",
           "except (ValueError, RecursionError) as error:", "except ValueError as error:",
           (f"{_SCHEMA} -k everything_else",)),
    Mutant("only the prompt of what was released is asked", "gateway/transport.py",
           "if self._carried is None or not _asks(body, self._carried[1]):", "if self._carried is None:",
           (f"{_DOOR} -k only_the_prompt",)),
    Mutant("nothing is asked with nothing in hand", "gateway/transport.py",
           "if self._carried is None or not _asks(body, self._carried[1]):",
           "self._carried = self._carried or (None, '')\n        if False:", (f"{_DOOR} -k nothing_released_in_hand",)),
    Mutant("scrubbed values come from a scrubber", "gateway/scrub.py", "if seal is not _SEAL:", "if False:",
           (f"{_DOOR} -k made_by_hand",)),
    Mutant("released values come from the door", "gateway/release.py", "if token is not _SEAL:", "if False:",
           (f"{_DOOR} -k made_by_hand",)),
    Mutant("a subset is looked at again when it is released", "gateway/door.py",
           "            if reason is not None:\n                raise EgressDenied(f\"instance",
           "            if False:\n                raise EgressDenied(f\"instance", ("hostile/test_refusals.py",)),
)

JOB = (
    Mutant("a destination the policy does not name", "gateway/exchange.py",
           'if target.leaves_machine and (target.scheme != "https" or (target.host, target.port) not in allowed):',
           "if False:", (f"{_DOOR} -k destination_the_policy",)),
    Mutant("plain HTTP does not leave the machine", "gateway/exchange.py",
           '(target.scheme != "https" or (target.host, target.port) not in allowed)',
           "((target.host, target.port) not in allowed)", ("hostile/test_refusals.py",)),
    Mutant("what may have been sent is not repeated at will", "gateway/exchange.py",
           "        if len(unanswered) > 1:\n", "        if False:\n", (f"{_DOOR} -k also_vanished",)),
    Mutant("by policy a person decides about a repeat", "gateway/exchange.py",
           'if self._policy.unknown_outcome == "ask":', "if False:", (f"{_DOOR} -k left_to_a_person",)),
    Mutant("a decision is for its job", "audit/reader.py",
           'record.kind == "decision" and record.seq > request and record.fields["job"] == job',
           'record.kind == "decision" and record.seq > request', (f"{_DOOR} -k recorded_decision",)),
    Mutant("a decision is for what was open then", "audit/reader.py",
           'record.kind == "decision" and record.seq > request and record.fields["job"] == job',
           'record.kind == "decision" and record.fields["job"] == job', (f"{_DOOR} -k recorded_decision",)),
    Mutant("what went out without an answer is not asked again", "gateway/exchange.py",
           "if outcome.status is None and outcome.may_have_left:", "if False:",
           (f"{_DOOR} -k not_repeated_by_itself",)),
    Mutant("attempts have an end", "gateway/exchange.py", "MAX_ATTEMPTS = 4", "MAX_ATTEMPTS = 9",
           (f"{_DOOR} -k storm",)),
    Mutant("a refusal is recorded", "gateway/exchange.py", "            limit = {\"limit\": error.limit}",
           "            raise\n            limit = {\"limit\": error.limit}", (f"{_DOOR} -k final_bytes",)),
    Mutant("limits are counted", "gateway/limits.py", "            if count > most:\n", "            if False:\n",
           (_LIMITS,)),
    Mutant("the policy names the models", "gateway/limits.py", 'if allowed != "any" and model not in allowed:',
           "if False:", (f"{_LIMITS} -k model",)),
    Mutant("a storm ends at the limit", "gateway/exchange.py",
           "                with self._refusals(request, released):\n"
           '                    fields["used"] = self._limits.check(request.body, _instances(released)).to_json()\n',
           "", (f"{_LIMITS} -k storm",)),
    Mutant("a shut door stays shut", "gateway/exchange.py",
           "        self._watch.check_open()\n        earlier", "        earlier", (_CANARY,)),
    Mutant("canaries in a request", "gateway/exchange.py",
           'self._watch.look(_as_texts(request.body), "request")', "pass", (f"{_CANARY} -k request",)),
    Mutant("canaries in a record", "gateway/exchange.py",
           'self._watch.look([json.dumps(fields, ensure_ascii=False)], "record")', "pass", (f"{_CANARY} -k record",)),
    Mutant("canaries in an answer", "gateway/exchange.py",
           "canary = self._watch.holds([*_as_texts(body), *(value for _, value in headers)])", "canary = None",
           (f"{_CANARY} -k answer",)),
    Mutant("canaries in an instance", "gateway/door.py", "if self._watch is not None:", "if False:",
           (f"{_CANARY} -k drawn_instance",)),
    Mutant("deleting the file opens nothing", "gateway/canaries.py", "return shut or _file_state(reader)",
           "return _file_state(reader)", (f"{_21} -k only_a_person",)),
    Mutant("a full log opens nothing", "gateway/canaries.py", "return shut or _file_state(reader)", "return shut",
           (f"{_CANARY} -k takes_no_record",)),
)

BACK = (
    Mutant("a principle that gives orders is withheld", "gateway/door.py",
           "return reason or (INJECTION if INJECTION in screen(text).found else None)", "return reason",
           ("hostile/test_refusals.py",)),
    Mutant("a placeholder that was never issued is flagged", "gateway/door.py",
           "if foreign_placeholder(text, self._pseudonyms):", "if False:", (f"{_ANSWERS} -k never_issued",)),
    Mutant("a principle is looked at like everything else", "gateway/door.py",
           "reason = self._guard.reason_against([text], self._pseudonyms)", "reason = None",
           (f"{_DOOR} -k quotes_k_or_a_person",)),
    Mutant("an order is withheld by policy", "gateway/door.py",
           'if INJECTION in screened.found and self._guard.policy.answers.on_injection == "withhold":', "if False:",
           (f"{_ANSWERS} -k withheld",)),
    Mutant("an answer that calls a tool is not used", "gateway/answers.py", 'if kinds - {"text"}:', "if False:",
           (f"{_ANSWERS} -k not_text_in_bounds",)),
    Mutant("an answer that is too long is not used", "gateway/answers.py", "if len(text) > policy.max_chars:",
           "if False:", (f"{_ANSWERS} -k not_text_in_bounds",)),
    Mutant("a compressed answer is not used", "gateway/answers.py",
           'if named.get("content-encoding", "identity") != "identity":', "if False:",
           (f"{_ANSWERS} -k not_text_in_bounds",)),
    Mutant("an echoed credential is not kept", "gateway/exchange.py",
           "body, echoed = answers.redact(outcome.body, secrets)", "body, echoed = outcome.body, False",
           (f"{_ANSWERS} -k echoed",)),
)

LOG = (
    Mutant("a record is durable before anything is sent", "audit/log.py", "            os.fdatasync(handle)\n",
           "            pass\n", (f"{_LATCH} -k one_failure",)),
    Mutant("a payload is durable before it is named", "artefact.py", "            os.fsync(stream.fileno())\n",
           "            pass\n", (f"{_SENDER} -k durable_before",)),
    Mutant("a failed write shuts the log", "audit/log.py", "if self._latched or self._reader.latched:", "if False:",
           (f"{_LATCH} -k one_failure",)),
    Mutant("a record names a payload that is there", "audit/log.py",
           "        if not isinstance(sha256, str) or not SHA256.fullmatch(sha256) or not self._payload(sha256)"
           ".is_file():", "        if False:", (f"{_LOG} -k cannot_be_written",)),
    Mutant("records are chained", "audit/reader.py",
           "if type(record.seq) is not int or (link is not None and (record.seq, record.previous) != link):",
           "if False:", (f"{_LOG} -k reordered",)),
    Mutant("a payload is what was recorded", "audit/reader.py",
           "if hashlib.sha256(data).hexdigest() != sha256:", "if False:", (f"{_SENDER} -k own_payload",)),
    Mutant("a record is what this log writes", "audit/record.py",
           'if document["v"] != RECORD_VERSION or record.encode() != line:', "if False:", (f"{_LOG} -k reordered",)),
    Mutant("no record, no send", "sender/request.py", "    if reader.latched:\n", "    if False:\n",
           (f"{_SENDER} -k fdatasync_failed",)),
    Mutant("only requests are sent", "sender/request.py", 'if record.kind != "request":', "if False:",
           (f"{_SENDER} -k own_payload",)),
    Mutant("a payload has the size of its record", "sender/request.py",
           'if record.fields.get("payload_bytes") != len(body):', "if False:", (f"{_SENDER} -k own_payload",)),
    Mutant("no header holds a line end", "sender/request.py",
           "if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):", "if False:",
           (f"{_SENDER} -k something_else",)),
    Mutant("the Host header names the destination", "sender/request.py",
           "if len(named) != 1 or named[0] not in hosts:", "if False:", (f"{_SENDER} -k something_else",)),
    Mutant("the length is that of the payload", "sender/request.py",
           'if lengths not in allowed or _values(request.headers, "transfer-encoding"):', "if False:",
           (f"{_SENDER} -k something_else",)),
    Mutant("the sender has a list of destinations", "sender/https.py",
           "if request.destination not in self._allowed:", "if False:", (f"{_SENDER} -k off_the_list",)),
    Mutant("plain HTTP goes to loopback alone", "sender/https.py", 'if scheme == "http" and _is_loopback(host):',
           'if scheme == "http":', (f"{_SENDER} -k loopback_address",)),
    Mutant("certificates are verified", "sender/https.py",
           "if not context.check_hostname or context.verify_mode is not ssl.CERT_REQUIRED:", "if False:",
           (f"{_SENDER} -k verifies_nothing",)),
    Mutant("an answer is bounded", "sender/https.py", "    if len(body) > max_answer_bytes:\n", "    if False:\n",
           (f"{_SENDER} -k not_whole",)),
    Mutant("an exchange has one deadline", "sender/wire.py",
           "            raise TimeoutError\n        self._socket.settimeout(left_s)",
           "            raise TimeoutError\n        self._socket.settimeout(3)",
           (f"{_SENDER} -k 'drips or never_reads'",)),
)

POLICY = (
    Mutant("no policy takes a secret away", "policy/model.py",
           "if missing := sorted(set(SECRETS) - set(self.block_entities)):", "if missing := []:",
           ("policy/test_policy.py -k too_permissive",)),
    Mutant("no policy keeps every type in clear", "policy/model.py",
           'if operators.get("DEFAULT") == "keep_in_clear":', "if False:",
           ("policy/test_policy.py", "policy/test_openings.py")),
    Mutant("no term is allowed and denied", "policy/model.py",
           "if denied & set(map(_plain, self.allow_list)):", "if False:", ("policy/test_policy.py -k too_permissive",)),
    Mutant("an unknown key is an error", "policy/parts.py", 'ConfigDict(extra="forbid", frozen=True)',
           'ConfigDict(extra="ignore", frozen=True)', ("policy/test_policy.py -k too_permissive",)),
    Mutant("a destination is one named host", "policy/parts.py", "if not _HOST.fullmatch(host):", "if False:",
           ("policy/test_policy.py -k too_permissive",)),
    Mutant("the table of values is its owner's alone", "gateway/vault.py",
           "sealed = AESGCM(self._key()).encrypt(nonce, json.dumps(document).encode(), header)",
           "sealed = json.dumps(document).encode()", ("gateway/test_vault.py -k in_clear",)),
)

MUTANTS = (*TEXTS, *DETECTOR, *KNOWLEDGE, *BYTES, *JOB, *BACK, *LOG, *POLICY)
