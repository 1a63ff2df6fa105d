"""What was found in a photograph, said shortly to the person in it, in her language. The handler reads the measures."""

from collections.abc import Iterable

from workflow.engine import N_

# fmt: off
ADVICE: dict[str, str] = {
    "faces":        N_("Only your face may be in the picture, from the front, with nothing before it."),
    "pose":         N_("Look straight into the camera and hold your head upright."),
    "geometry":     N_("Place your head inside the outline: not too near, not too far, in the middle."),
    "background":   N_("Stand before a plain white wall, half a metre from it, without shadows."),
    "border":       N_("The picture must have no frame or border."),
    "exposure":     N_("Turn to the light: your face must be neither dark nor glaring."),
    "illumination": N_("Light must fall on both sides of your face alike."),
    "sharpness":    N_("Hold the camera still and let it focus on your face."),
    "eyes":         N_("Open both eyes; no glare on glasses, no hair before the eyes."),
    "mouth":        N_("Close your mouth and keep a calm face."),
    "headcover":    N_("Take off caps and hats. A headscarf worn for religion may stay if the whole face shows."),
    "size":         N_("The picture has too few pixels, or the wrong shape. Come nearer, hold the telephone upright."),
    "age":          N_("The picture must not be older than six months."),
}
OTHER = N_("The file cannot be used as it is. Take the picture with this page, as JPG.")
# fmt: on
SAME = {"spots": "background", "colour": "exposure", "compression": "size", "filesize": "size"}


def of(codes: Iterable[str]) -> list[str]:
    """Message ids, each once, in the order found."""
    return list(dict.fromkeys(ADVICE.get(SAME.get(code, code), OTHER) for code in codes))
