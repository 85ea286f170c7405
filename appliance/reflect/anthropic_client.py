"""M_L through the Anthropic SDK, over our transport, with everything the SDK would do on its own switched off.

The SDK sends no temperature (its Messages API no longer takes one), so the reflector's own default applies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.config import ReflectorConfig
from appliance.errors import ApplianceError, ReflectorError
from appliance.gateway.door import Door
from appliance.gateway.release import Released, ReleasedSubset
from appliance.gateway.transport import PLACEHOLDER_KEY, GatewayTransport
from appliance.records import Usage
from appliance.reflect.base import Principles
from appliance.reflect.parse import parse_high_level, parse_low_level
from appliance.reflect.prompts import REMINDER, high_level_prompt, low_level_prompt

if TYPE_CHECKING:
    from anthropic.types import Message

_FIXES = {
    400: "the reflector refused the request as malformed; check reflector.model and max_tokens",
    401: "the reflector refused the credential; check the credential file",
    403: "the credential may not use this model; check reflector.model",
    404: "the reflector does not know this model; check reflector.model",
}


class AnthropicReflector:
    """The real client; with a stand-in behind the same door its answers are marked as a demonstration.

    Args:
        base_url: scheme, host and port of the Messages API.
        demonstration: True when a local stand-in answers.
    """

    def __init__(self, door: Door, config: ReflectorConfig, base_url: str, *, demonstration: bool) -> None:
        import anthropic
        import httpx2

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
            message, log_index = self._ask(released, low_level_prompt(released.instances))
            parsed = parse_low_level(_text(message))
            return self._principles(parsed.texts, parsed.format_miss, message, log_index)
        prompt = high_level_prompt(released.principles)
        message, log_index = self._ask(released, prompt)
        text = parse_high_level(_text(message))
        if text is None:
            # Once more, in other words: the same body would get the same answer, from the log.
            message, log_index = self._ask(released, prompt + REMINDER)
            text = parse_high_level(_text(message))
        return self._principles((text,) if text else (), text is None, message, log_index)

    def close(self) -> None:
        """Free the client."""
        self._client.close()

    def _ask(self, released: Released, prompt: str) -> tuple[Message, int]:
        import anthropic

        try:
            with self._transport.carrying(released):
                message = self._client.messages.create(
                    model=self._config.model, max_tokens=self._config.max_tokens,
                    messages=[{"role": "user", "content": prompt}])
        except anthropic.APIStatusError as error:
            raise ReflectorError(_FIXES.get(error.status_code, f"the reflector answered HTTP {error.status_code}")
                                 ) from error
        except anthropic.AnthropicError as error:
            raise _own(error) or ReflectorError("the reflector's answer is not one of its API") from error
        if self._transport.log_index is None:
            raise ReflectorError("an answer arrived that the audit log does not know")
        return message, self._transport.log_index

    def _principles(self, texts: tuple[str, ...], format_miss: bool, message: Message, log_index: int) -> Principles:
        usage = Usage(message.usage.input_tokens, message.usage.output_tokens)
        return Principles(texts, format_miss, log_index, usage, self._demonstration)


def _own(error: BaseException) -> ApplianceError | None:
    """The error of ours that the SDK wrapped, if it did."""
    cause = error.__cause__
    return cause if isinstance(cause, ApplianceError) else None


def _text(message: Message) -> str:
    """The text of an answer; blocks of any other kind are not asked for and are ignored."""
    return "\n".join(block.text for block in message.content if block.type == "text")
