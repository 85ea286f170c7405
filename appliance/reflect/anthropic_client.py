"""M_L through the Anthropic SDK, over our transport, with everything the SDK would do on its own switched off.

The SDK sends no temperature (its Messages API no longer takes one), so the reflector's own default applies.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.config import ReflectorConfig
from appliance.errors import ReflectorError
from appliance.gateway.answers import without_escapes
from appliance.gateway.door import Door
from appliance.gateway.release import Released, ReleasedSubset
from appliance.gateway.transport import PLACEHOLDER_KEY, GatewayTransport
from appliance.records import Usage
from appliance.reflect.base import Principles
from appliance.reflect.parse import MIN_WORDS, parse_high_level, parse_low_level
from appliance.reflect.prompts import REMINDER, high_level_prompt, low_level_prompt

if TYPE_CHECKING:
    from anthropic.types import Message

_FIXES = {
    400: "the reflector refused the request as malformed; check reflector.model and max_tokens",
    401: "the reflector refused the credential; check the credential file",
    403: "the credential may not use this model; check reflector.model",
    404: "the reflector does not know this model; check reflector.model",
}
_NOT_ONE = "the reflector's answer is not one of the Messages API; see its bytes in the audit log"


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    usage: Usage
    log_index: int


class AnthropicReflector:
    """The real client; with a stand-in behind the same door its answers are marked as a demonstration.

    Args:
        base_url: scheme, host and port of the Messages API.
        demonstration: True when a local stand-in answers.
    """

    def __init__(self, door: Door, config: ReflectorConfig, base_url: str, *, demonstration: bool) -> None:
        import anthropic
        import httpx2

        # With ANTHROPIC_LOG=debug the SDK would print whole prompts.
        for name in ("anthropic", "httpx2"):
            logging.getLogger(name).disabled = True
        self._door = door
        self._config = config
        self._demonstration = demonstration
        self._transport = GatewayTransport(door)
        self._client = anthropic.Anthropic(
            api_key=PLACEHOLDER_KEY, base_url=base_url, max_retries=0, timeout=config.timeout_s,
            http_client=httpx2.Client(transport=self._transport, trust_env=False, follow_redirects=False),
            # `open_telemetry=False` alone would leave header propagation on (SDK 2.11).
            open_telemetry={"traces": False, "propagation": False})

    def reflect(self, released: Released) -> Principles:
        """Eq. 2 for a subset, Eq. 3 for a cluster; see `Reflector.reflect`."""
        if isinstance(released, ReleasedSubset):
            answer = self._ask(released, low_level_prompt(released.instances))
            parsed = parse_low_level(answer.text)
            return self._principles(parsed.texts, parsed.format_miss, answer)
        prompt = high_level_prompt(released.principles)
        answer = self._ask(released, prompt)
        text = parse_high_level(answer.text)
        if text is None:
            # Once more, in other words: the same body would get the same answer, from the log.
            answer = self._ask(released, prompt + REMINDER)
            text = parse_high_level(answer.text)
        return self._principles((text,) if text else (), text is None, answer)

    def close(self) -> None:
        """Free the client."""
        self._client.close()

    def _ask(self, released: Released, prompt: str) -> _Answer:
        import anthropic

        try:
            with self._transport.carrying(released, prompt):
                message = self._client.messages.create(
                    model=self._config.model, max_tokens=self._config.max_tokens,
                    messages=[{"role": "user", "content": prompt}])
        except anthropic.APIStatusError as error:
            raise ReflectorError(_FIXES.get(error.status_code, f"the reflector answered HTTP {error.status_code}")
                                 ) from error
        except anthropic.APIConnectionError as error:
            # The SDK wraps whatever our transport raised; it never connects to anything itself.
            raise error.__cause__ or error from None
        except (anthropic.AnthropicError, ValueError, RecursionError) as error:
            raise ReflectorError(_NOT_ONE) from error
        if self._transport.log_index is None:
            raise ReflectorError("an answer arrived that the audit log does not know")
        return _read(message, self._transport.log_index)

    def _principles(self, texts: tuple[str, ...], format_miss: bool, answer: _Answer) -> Principles:
        screened = [self._door.screen(text) for text in texts]
        kept = dict.fromkeys(each.text for each in screened if len(each.text.split()) >= MIN_WORDS)
        found = Counter(kind for each in screened for kind in each.found)
        return Principles(tuple(kept), format_miss, answer.log_index, answer.usage, self._demonstration, found)


def _read(message: Message, log_index: int) -> _Answer:
    """Text and usage of an answer. The SDK does not check what it parsed, so this does.

    Raises:
        ReflectorError: it has no text blocks or no usage.
    """
    try:
        text = "\n".join(without_escapes(block.text) for block in message.content if block.type == "text")
        if message.stop_reason == "max_tokens":
            # The last line was cut in the middle; half a principle is none.
            text = text.rpartition("\n")[0] or text
        return _Answer(text, Usage(message.usage.input_tokens, message.usage.output_tokens), log_index)
    except (AttributeError, TypeError) as error:
        raise ReflectorError(_NOT_ONE) from error
