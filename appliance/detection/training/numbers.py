"""Numbers, amounts and addresses of machines: what patterns find or nobody has to, and never the name model."""

from __future__ import annotations

import random

from appliance.detection.training.people import People, coined

FEW = ("two", "three", "four", "five", "six", "ten", "several", "a few", "a couple of")


class Numbers:
    """Draws values that belong to no entity of the model.

    Args:
        people: whose names stand in user names.
        rng: the only source of chance.
    """

    def __init__(self, people: People, rng: random.Random) -> None:
        self._people, self._rng = people, rng

    def between(self, low: int, high: int) -> str:
        """A whole number, both ends included."""
        return str(self._rng.randint(low, high))

    def section(self) -> str:
        """Of a statute."""
        return f"{self._rng.randint(1, 120)}{self._rng.choice(('', '', '.1', '(2)', ' § 1', '(a)'))}"

    def duration(self) -> str:
        """How long, not when."""
        count = self._rng.choice((str(self._rng.randint(2, 24)), self._rng.choice(FEW)))
        return f"{count} {self._rng.choice(('days', 'weeks', 'months', 'years', 'hours', 'minutes', 'seconds'))}"

    def dose(self) -> str:
        """Of a drug."""
        amount = self._rng.choice((5, 10, 20, 25, 50, 100, 250, 500, 650, 1000))
        return f"{amount} {self._rng.choice(('mg', 'mcg', 'ml', 'units', 'IU', 'mg/dL', 'g'))}"

    def identifier(self) -> str:
        """A case, account or order number."""
        rng = self._rng
        digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(4, 12)))
        return rng.choice((
            digits, f"{rng.choice('ABCDEFGHKLMNPRSTVX')}{digits}", f"{digits[:3]}-{digits[3:]}",
            f"{digits[:5]}/{rng.randint(60, 99)}", f"{digits[:5]}/{rng.randint(10, 24)}", f"#{digits[:6]}",
            f"INC-{digits[:5]}", f"{digits[:4]} {digits[:4]} {digits[-4:]} {digits[-4:]}"))

    def phone(self) -> str:
        """In four layouts."""
        draw = self._rng.randint
        return self._rng.choice((
            f"+{draw(1, 99)} {draw(10, 999)} {draw(1000000, 9999999)}",
            f"({draw(200, 989)}) {draw(200, 999)}-{draw(0, 9999):04}", f"0{draw(100, 999)} {draw(100000, 999999)}",
            f"{draw(200, 989)}-{draw(200, 999)}-{draw(0, 9999):04}"))

    def user(self) -> str:
        """A user name made from a name or from nothing."""
        person, rng = self._people.person(self._rng), self._rng
        return rng.choice((
            f"{person.first}{person.last}", f"{person.first}_{person.last}",
            f"{person.first[0]}{person.last}{rng.randint(1, 99)}", f"{coined(rng)}{rng.randint(1, 999)}",
            f"{person.first}.{person.last}")).replace(" ", "").lower()

    def email(self) -> str:
        """An address at a domain that is made up."""
        ends = ("com", "org", "net", "co.uk", "de", "fr", "io", "edu")
        return f"{self.user()}@{coined(self._rng).lower()}.{self._rng.choice(ends)}"

    def url(self) -> str:
        """A page that does not exist."""
        rng = self._rng
        return (f"{rng.choice(('http://', 'https://', 'https://www.', 'www.'))}{coined(rng).lower()}."
                f"{rng.choice(('com', 'org', 'net', 'co.uk'))}/{coined(rng).lower()}")

    def money(self) -> str:
        """An amount with its currency."""
        amount = f"{self._rng.randint(1, 99999):,}"
        return self._rng.choice((
            f"${amount}", f"€{amount}", f"£{amount}", f"{amount} euros", f"EUR {amount}", f"{amount} dollars",
            f"{amount} roubles", f"Rs. {amount}", f"{amount} lire", f"USD {amount}"))
