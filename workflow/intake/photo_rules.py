"""The photo's numbers and sentences: THRESHOLDS is the one table of limits, RULES says how grave each is and in which words.

Every number carries the date of its set: the measured ones come from a small set of faces, so each decision is kept with its
measures and officers' corrections can move them. Sources: the Shenzhen FAQ, question 11 (JPG, 1 MB, 354 × 472, white, no
border, six months); intake.md after ICAO 9303 for the rest. Standard library only.
"""

from typing import Any

from workflow.intake.findings import N_, Rule

VERSION = "2026-11-22"
# fmt: off
THRESHOLDS: dict[str, Any] = {
    "eyes_apart": (60, 90),                                    # px of the picture: reject below, warn below
    "face_least": 0.04,                                        # of the width; smaller ones are not counted
    "yaw": (14, 11, 8), "pitch": (18, 15, 10), "roll": (8, 8, 5),  # degrees either way: reject above, review above, warn above
    "face_width": (0.40, 0.72), "eyes_x": (0.44, 0.56), "eyes_y": (0.28, 0.56), "head_height": (0.46, 0.85), "chin_y": 0.92, "top_y": 0.005,
    "background": {"median": 235, "tint": 12, "dark": 215, "spread": 8, "apart": 8.0, "share": 0.03},
    "border": {"outer": 0.05, "share": 0.90, "apart": 6.0, "sides": 2},
    "exposure": {"least": 0.22, "dark_skin": 0.26, "dim": 0.12, "gone": 0.06, "wall": 200, "most": 0.85, "clipped": 0.15, "dark": 0.20, "lost": 0.60, "range": 70, "flat": 0.45},
    "light": (1.6, 1.35),                                      # brighter cheek over the darker: reject above, warn above
    "skin": {"a": (5, 25), "b": (5, 35), "beyond": 6},         # drawn from light skins: the officer looks, nothing is refused
    "sharp": {"reject": 0.80, "review": 0.76, "moved": 0.84},  # reblur ratio on a face 220 px wide, Gaussian 1.5; moved: along one direction
    "quality": (30, 50),                                       # JPEG quality: reject below, warn below
    "lids": 0.15, "lids_unseen": 0.20,                         # opening over width of the eye: reject below; the second where no iris is seen
    "eye_contrast": 6,                                         # grey levels between iris and its surroundings: review below
    "eye_red": 60,                                             # levels of red over green and blue in a pupil: review above
    "eye_match": 0.45,                                         # difference of the two openings over the larger: review above
    "mouth": 0.26, "mouth_held": 0.22, "smile": 0.05,                              # over the distance between the eyes
    "forehead": 20.0,                                          # ΔE to the cheeks
    "spots": {"apart": 28, "background": 3, "skin": 6},
    "months": 6,
    "bytes": 1_048_576, "size": (354, 472), "aspect": (1.15, 1.55), "pixels": 50_000_000,
    "colour": 2.0,                                             # mean distance between two channels; grey with JPEG noise stays below
}
RULES = {
    "empty":      Rule("reject", N_("The photo is empty (0 bytes). Choose the file again.")),
    "format":     Rule("reject", N_("The photo is %(measured)s; only %(limit)s is taken. Export it as JPG: changing the file name is not enough.")),
    "filesize":   Rule("reject", N_("The photo has %(measured)s; at most %(limit)s are allowed. Save it with stronger compression or fewer pixels.")),
    "pixels":     Rule("reject", N_("The photo has %(measured)s pixels; at most %(limit)s are allowed. Save it smaller.")),
    "truncated":  Rule("reject", N_("The photo is damaged: its end is missing or cannot be decoded. Export or copy it again.")),
    "size":       Rule("reject", N_("The photo is %(measured)s pixels, width × height; at least %(limit)s are needed. Take a larger one; enlarging a small one does not help.")),
    "size.aspect": Rule("reject", N_("The photo is %(measured)s times as high as wide; between %(limit)s is needed. Crop it upright, three parts wide and four high.")),
    "colour":     Rule("reject", N_("The photo has no colours. A colour photo is needed.")),
    "format.mode": Rule("reject", N_("The photo is stored in %(measured)s colours, made for printing presses; %(limit)s is needed. Export it as an ordinary JPG.")),
    "faces.none":     Rule("reject", N_("No face was found in the photo. Take it from the front, with the whole face visible and lit.")),
    "faces.many":     Rule("reject", N_("%(measured)s faces are in the photo; exactly one is needed. Take it alone, with nothing but a white wall behind.")),
    "size.eyes":      Rule("reject", N_("The eyes are %(measured)s pixels apart; at least %(limit)s are needed. Take the photo from nearer or at a higher resolution.")),
    "size.eyes_low":  Rule("warn",   N_("The eyes are %(measured)s pixels apart; %(limit)s or more print better.")),
    "pose.yaw":       Rule("reject", N_("The face is turned sideways by %(measured)s degrees; at most %(limit)s are allowed. Look straight into the camera.")),
    "pose.pitch":     Rule("reject", N_("The face is tilted up or down by %(measured)s degrees; at most %(limit)s are allowed. Hold the camera level with the eyes.")),
    "pose.roll":      Rule("reject", N_("The head leans by %(measured)s degrees; at most %(limit)s are allowed. Hold the head and the camera upright.")),
    "pose.held":      Rule("review", N_("The head seems turned or tilted by %(measured)s degrees; up to %(limit)s is allowed, and the measure is not that exact. The officer will look.")),
    "pose.slight":    Rule("warn",   N_("The head is turned, tilted or leaning by %(measured)s degrees; up to %(limit)s is best.")),
    "geometry.width": Rule("reject", N_("The face takes %(measured)s of the width; %(limit)s is needed. Crop the photo, or take it from another distance.")),
    "geometry.x":     Rule("reject", N_("The eyes stand at %(measured)s of the width; %(limit)s is needed. Crop the photo so that the face is in the middle.")),
    "geometry.y":     Rule("reject", N_("The eyes stand at %(measured)s of the height from the top; %(limit)s is needed. Crop the photo with the face higher or lower.")),
    "geometry.head":  Rule("reject", N_("The head takes %(measured)s of the height; %(limit)s is needed. Crop the photo, or take it from another distance.")),
    "geometry.chin":  Rule("reject", N_("The chin stands at %(measured)s of the height; at most %(limit)s is allowed. Leave room below the chin.")),
    "geometry.top":   Rule("warn",   N_("The hair touches the upper edge. Leave a little room above the head.")),
    "background.dark":   Rule("reject", N_("The background is not white: its brightness is %(measured)s of 255, at least %(limit)s is needed. Use a white wall and more light on it.")),
    "background.tint":   Rule("reject", N_("The background is coloured (%(measured)s between its colours, at most %(limit)s). Use a white wall and daylight.")),
    "background.uneven": Rule("reject", N_("The background is uneven: %(measured)s of it differs from the rest, at most %(limit)s is allowed. Stand away from the wall, without shadows or objects behind.")),
    "background.hidden": Rule("review", N_("Almost no background can be seen beside the head, so that its colour could not be judged.")),
    "border":         Rule("reject", N_("The photo has a border on %(measured)s sides. Crop it away; none is allowed.")),
    "exposure.dark":  Rule("reject", N_("The face is too dark (brightness %(measured)s, at least %(limit)s). Turn towards the light.")),
    "exposure.dim":   Rule("review", N_("The face is dark (brightness %(measured)s; from %(limit)s on it is not mentioned). Skin may be dark; if it is the light, turn towards it. The officer will look.")),
    "exposure.deep":  Rule("review", N_("%(measured)s of the face is nearly black; up to %(limit)s is not mentioned. A beard or dark skin is no fault; if it is the light, light the face from the front. The officer will look.")),
    "exposure.bright": Rule("reject", N_("The face is too bright (brightness %(measured)s, at most %(limit)s). Move away from the lamp or the sun.")),
    "exposure.clipped": Rule("reject", N_("%(measured)s of the face has no detail from too much light; at most %(limit)s is allowed. Use softer light, no flash.")),
    "exposure.shadow": Rule("reject", N_("%(measured)s of the face has no detail in the dark; at most %(limit)s is allowed. Light the face from the front.")),
    "exposure.flat":  Rule("reject", N_("The face has too little contrast (%(measured)s levels, at least %(limit)s). Wipe the lens and light the face evenly.")),
    "illumination":   Rule("reject", N_("One side of the face is %(measured)s times as bright as the other; at most %(limit)s is allowed. Light the face from the front.")),
    "illumination.deep": Rule("review", N_("One side of the face is %(measured)s times as bright as the other (at most %(limit)s). On dark skin a shine counts for much, so this is not refused; if it is the light, turn towards it. The officer will look.")),
    "illumination.slight": Rule("warn", N_("One side of the face is %(measured)s times as bright as the other; up to %(limit)s is best.")),
    "colour.skin":    Rule("review", N_("The colours of the skin look unusual (%(measured)s), perhaps from coloured light. The officer will look.")),
    "sharpness":      Rule("reject", N_("The photo is not sharp (%(measured)s, at most %(limit)s). Hold the camera still, let it focus on the face, and do not enlarge a small picture.")),
    "sharpness.moved": Rule("reject", N_("The photo was shaken: it is blurred in one direction (%(measured)s, at most %(limit)s). Hold the camera still or put it down.")),
    "sharpness.soft": Rule("review", N_("The photo is a little soft, perhaps enlarged (%(measured)s, up to %(limit)s is sharp). The officer will look; a larger photo prints better.")),
    "compression":    Rule("reject", N_("The photo was compressed too strongly (quality %(measured)s, at least %(limit)s). Save it with less compression.")),
    "compression.slight": Rule("warn", N_("The photo was compressed strongly (quality %(measured)s, %(limit)s or more is better).")),
    "eyes":           Rule("reject", N_("An eye is closed (opening %(measured)s, at least %(limit)s). Open both eyes and look into the camera.")),
    "eyes.unclear":   Rule("review", N_("The eyes are hard to see, perhaps from glasses, glare or hair. The officer will look; take off tinted glasses and keep hair off the eyes.")),
    "eyes.red":       Rule("review", N_("The pupils are red from a flash (%(measured)s levels, up to %(limit)s is natural). Take the photo without a flash. The officer will look.")),
    "mouth":          Rule("reject", N_("The mouth is open (%(measured)s, at most %(limit)s). Close it.")),
    "mouth.held":     Rule("review", N_("The mouth seems open or shows the teeth (%(measured)s, up to %(limit)s is not mentioned). Close it. The officer will look.")),
    "mouth.smile":    Rule("warn",   N_("The mouth is not quite closed or smiles. A neutral face is best.")),
    "headcover":      Rule("review", N_("The forehead seems covered. Hair should not hide it; a cover worn for religion is allowed while the whole face shows. The officer will look.")),
    "spots":          Rule("reject", N_("%(measured)s spot(s) on the background. Take the photo again, or scan it without dust and ink.")),
    "spots.few":      Rule("review", N_("%(measured)s spot(s) beside the head, perhaps single hairs. The officer will look.")),
    "spots.skin":     Rule("review", N_("%(measured)s dark or light spots on the face that may come from the print. The officer will look.")),
    "spots.one":      Rule("warn",   N_("A spot on the face may come from the print.")),
    "age":            Rule("reject", N_("The photo was taken on %(measured)s; it must not be older than six months. Take a new one.")),
}
# fmt: on
