"""Band colours: which load a colour stands for under a brand's convention, and what comes next."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from countoff.exercises.base import Answer, Fact, FactIds, Id, Load, Strict, Text


class Shade(Strict):
    """A colour under one convention and the load it stands for by feel."""

    colour: Id
    load: Load


class Convention(Strict):
    """A brand's colours from light to strong; ``names`` are what users call the brand.

    Attributes:
        shades: colours from the lightest up; colours that share a load stand in the order of the source.
    """

    id: Id
    names: list[Text]
    spoken: Text
    shades: Annotated[list[Shade], Field(min_length=2)]
    facts: FactIds


class Feel(Strict):
    """What a load is called aloud and how it should feel."""

    spoken: Text
    feels: Text


class Bands(Strict):
    """Colour conventions, the words for loads, and the facts about bands.

    Attributes:
        default: id of the convention that is meant when no brand is named.
        also_known: further colours that users name and that no convention here orders.
    """

    default: Id
    loads: dict[Load, Feel]
    conventions: Annotated[dict[Id, Convention], Field(min_length=1)]
    also_known: list[Id]
    facts: dict[Id, Fact]
    answers: dict[str, Answer] = Field(default_factory=dict)

    def convention(self, brand: str | None = None) -> Convention:
        """The convention of a brand; the default one where the brand is None or unknown."""
        return self.conventions.get(brand or self.default, self.conventions[self.default])

    def load_of(self, colour: str, brand: str | None = None) -> Load | None:
        """The load that a colour stands for, or None where the convention does not know the colour."""
        for shade in self.convention(brand).shades:
            if shade.colour == colour:
                return shade.load
        return None

    def colour_of(self, load: str, brand: str | None = None) -> str | None:
        """The lightest colour of a load, or None (for ``none``, or a load without a colour)."""
        for shade in self.convention(brand).shades:
            if shade.load == load:
                return shade.colour
        return None

    def colours_of(self, load: str, brand: str | None = None) -> list[str]:
        """All colours of a load, lightest first."""
        return [shade.colour for shade in self.convention(brand).shades if shade.load == load]

    def next_in_set(self, colour: str, brand: str | None = None) -> str | None:
        """The next stronger colour of the convention, or None at its end or for an unknown colour."""
        return self._beside(colour, brand, 1)

    def lighter_in_set(self, colour: str, brand: str | None = None) -> str | None:
        """The next lighter colour of the convention, or None at its start or for an unknown colour."""
        return self._beside(colour, brand, -1)

    def _beside(self, colour: str, brand: str | None, step: int) -> str | None:
        order = [shade.colour for shade in self.convention(brand).shades]
        if colour not in order:
            return None
        place = order.index(colour) + step
        return order[place] if 0 <= place < len(order) else None

    @property
    def colours(self) -> list[str]:
        """Every colour that any convention names, and the further known ones, each once."""
        ordered = [shade.colour for one in self.conventions.values() for shade in one.shades]
        return list(dict.fromkeys([*ordered, *self.also_known]))
