"""The indexes over K and everything else that may not be quoted, the same for a job and for a look beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from appliance.errors import PolicyError
from appliance.gateway.knowledge_guard import KnowledgeGuard, Template
from appliance.knowledge.facts import split_facts
from appliance.knowledge.ingest import readings
from appliance.policy.model import Policy
from appliance.records import Instance, Passage
from appliance.reflect.prompts import LINE_HEAD, TEMPLATES
from appliance.text_file import read_text

MAX_PUBLIC_BYTES = 100_000_000
MAX_PUBLIC_SHARE = 0.2
"""Of the runs of K, how many a public text may have. More is rather a copy of K among the public files."""


def guard_over(pages: Mapping[str, str], passages: Sequence[Passage], policy: Policy, *, identity: str,
               public: Sequence[str] = (), seeds: Iterable[Instance] = (),
               fresh: Callable[[], bool] = lambda: True) -> KnowledgeGuard:
    """The guard over one K.

    Args:
        pages: K as it was read.
        passages: of these pages.
        policy: which runs count.
        identity: what K this is.
        public: see `read_public_text`.
        seeds: those whose inputs and outputs may not be quoted either.
        fresh: see `KnowledgeGuard`.

    Raises:
        PolicyError: more than `MAX_PUBLIC_SHARE` of K would count as public, and the policy does not say that K is
            mostly public.
    """
    guard = KnowledgeGuard(_guarded(pages, passages, seeds), policy.knowledge, identity=identity, nobodys=public,
                           template=Template(TEMPLATES, LINE_HEAD), fresh=fresh)
    _check_share(guard.public_share, policy)
    return guard


def _check_share(share: float, policy: Policy) -> None:
    if share > MAX_PUBLIC_SHARE and not policy.knowledge.mostly_public:
        raise PolicyError(f"policy {policy.name}: knowledge.public_text has {share:.0%} of the runs of the knowledge "
                          f"base, more than {MAX_PUBLIC_SHARE:.0%}; they would all leave unseen. Take out what is a "
                          f"copy of private pages; if the knowledge base is mostly public, say so with "
                          f"knowledge.mostly_public: true")


def _guarded(pages: Mapping[str, str], passages: Iterable[Passage], seeds: Iterable[Instance]) -> Iterator[str]:
    """K as it is on disk, headings and all, in each form it can be read in; and the seeds.

    A seed's instruction may be quoted: it says what kind of task this is, and every instance repeats one.
    """
    for seed in seeds:
        yield from readings(seed.input)
        yield from readings(seed.output)
    for text in pages.values():
        yield from readings(text)
    for passage in passages:
        yield from readings(passage.text)
        yield " ".join(split_facts(passage))


def read_public_text(where: object, policy: Policy, private: Iterable[Path]) -> tuple[str, ...]:
    """The texts that a policy declares public. What is private cannot be: its runs would leave without a word.

    Args:
        where: the policy as it was named, for the message.
        policy: its public text.
        private: files and folders of the seeds and of K.

    Raises:
        InputError: a file cannot be read.
        PolicyError: a file of public text is one of these, or lies in one.
    """
    places = [place.resolve() for place in private]
    for path in policy.knowledge.public_text:
        if any(path == place or path.is_relative_to(place) for place in places):
            raise PolicyError(f"{where}: knowledge.public_text lists {path}, which is part of the seeds or of the "
                              f"knowledge base; nothing of them is public")
    return tuple(read_text(path, MAX_PUBLIC_BYTES) for path in policy.knowledge.public_text)
