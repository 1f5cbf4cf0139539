"""Whether a user says that somebody who can tell agrees: a wrong yes may hurt, a wrong no costs a question."""

from __future__ import annotations

import pytest

from countoff.dialogue import clearance

AGREED = """\
my doctor said it's fine
my physio said its ok
yeh my physio sed its ok
my gp says go ahead
Yes, they said yes.
yes she said I can
they said no problem
he told me to do this
she's happy for me to do it
my surgeon cleared me for exercise
my fysio recommended it
the physio gave me this to do
I've been cleared
i got the all clear from the hospital
I have been given the green light
my pt prescribed it
doc signed me off last week
the midwife is fine with it
I'm cleared by my cardiologist
they gave me the go-ahead
my doctor's fine with it
they said it's good to go
doc told me im ok to exercise""".splitlines()

NOT_AGREED = """\
my doctor said no
my doctor didn't say it's fine
my doctor hasnt said its ok
he said it's ok but only without a band
she said yes unless it hurts
they said maybe
I think my doctor said it's fine
I'll ask if she says it's ok
my physio will tell me when it's fine
the doctor said to wait until it's ok
is my doctor ok with it?
should I have my doctor say it's fine?
my doctor said it's not ok
i have not been cleared
i haven't got the all clear
they said i can start next week
my doctor is good
the physio says I should stop doing this
she told me to avoid this, ok
the doctor said I should be careful
my mate said it's ok
it's fine
I'm ok
the website said it's fine
they told me I can do it once it has healed
my doctor hasn't said it's fine
my doctor says I can walk
she told me it's ok to swim
the physio said I'm fine to do my arms
they cleared me for desk work
he recommended swimming
my doctor said it's good with a light band
my doctor gave me pills for it, all good ones""".splitlines()


@pytest.mark.parametrize("text", AGREED)
def test_somebody_who_can_tell_agrees(text: str) -> None:
    assert clearance.agrees(text)


@pytest.mark.parametrize("text", NOT_AGREED)
def test_nobody_who_can_tell_agrees_without_more(text: str) -> None:
    assert not clearance.agrees(text)
