"""A film that needs no kernel: pictures one behind the other, and a slider that brings one up.

The page holds every picture with its text alternative. The slider is the browser's own, so the
arrow keys move it; where a page runs no scripts, the last picture stays.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

from IPython.display import display

_TURN = (
    "const f=this.closest('figure'),s=f.querySelector('input');"
    "f.querySelectorAll('[data-frame]').forEach(e=>e.hidden=e.dataset.frame!=s.value);"
    "s.setAttribute('aria-valuetext',f.querySelector('figcaption span:not([hidden])').textContent)"
)
_PLAY = (
    "const f=this.closest('figure'),s=f.querySelector('input'),b=this;"
    "if(b.timer){clearInterval(b.timer);b.timer=0;b.textContent='Play';return}"
    "if(+s.value>=+s.max)s.value=0;b.textContent='Pause';"
    "b.timer=setInterval(()=>{if(!b.isConnected||+s.value>=+s.max)"
    "{clearInterval(b.timer);b.timer=0;b.textContent='Play';return}"
    "s.value=+s.value+1;s.dispatchEvent(new Event('input'))},180)"
)


def film(
    pictures: Sequence[bytes], captions: Sequence[str], alts: Sequence[str], label: str
) -> str:
    """A film as HTML.

    Parameters
    ----------
    pictures : sequence of bytes
        JPEG files of the same size, the first to the last.
    captions : sequence of str
        One for each picture, shown under it.
    alts : sequence of str
        One for each picture: what is drawn and what is seen.
    label : str
        What the slider moves through, such as ``"generator steps"``.
    """
    if not len(pictures) == len(captions) == len(alts) > 1:
        raise ValueError("a film needs as many captions and alt texts as pictures, two or more.")
    last = len(pictures) - 1
    shown = "".join(
        f'<img data-frame="{k}"{"" if k == last else " hidden"} style="max-width:100%" '
        f'src="data:image/jpeg;base64,{base64.b64encode(picture).decode()}" '
        f'alt="{html.escape(alt)}">'
        for k, (picture, alt) in enumerate(zip(pictures, alts, strict=True))
    )
    told = "".join(
        f'<span data-frame="{k}"{"" if k == last else " hidden"}>{html.escape(caption)}</span>'
        for k, caption in enumerate(captions)
    )
    turn, play, name = (html.escape(text) for text in (_TURN, _PLAY, label))
    return (
        f'<figure style="margin:0">{shown}<div style="display:flex;gap:1em;align-items:center">'
        f'<button type="button" onclick="{play}">Play</button>'
        f'<input type="range" min="0" max="{last}" value="{last}" step="1" style="flex:1" '
        f'aria-label="{name}" aria-valuetext="{html.escape(captions[-1])}" oninput="{turn}">'
        f"</div><figcaption>{told}</figcaption></figure>"
    )


def show_film(
    pictures: Sequence[bytes], captions: Sequence[str], alts: Sequence[str], label: str
) -> None:
    """Display a film; see :func:`film`. Without pictures a front end shows the last alt text."""
    content = {"text/html": film(pictures, captions, alts, label), "text/plain": alts[-1]}
    display(content, raw=True)
