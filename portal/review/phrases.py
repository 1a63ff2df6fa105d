"""Usual sentences with which a defect form opens: what is wrong, then how to mend it. The officer rewords them; the employer reads exactly this."""

from flask_babel import gettext

from workflow.engine import N_

MATERIALS = {
    "passport_page": N_("The passport page cannot be read in full. Please scan the whole photo page, with both lines of letters at its foot, and upload it again."),
    "photo": N_("The photograph does not meet the requirements. Please upload one taken within six months: frontal, bareheaded, white background, no border."),
    "application_form": N_("The application form lacks the signature or the seal. Please have it signed and sealed, scan it again and upload it."),
    "contract": N_("The signature and seal page of the contract lacks the employer's seal. Please seal it, scan the whole contract into one file and upload it again."),
    "experience": N_("The certificate of work experience lacks the referee's contact or the former employer's seal or signature. Please supply it with a Chinese translation."),
    "degree": N_("The degree certificate lacks its authentication (consular authentication or apostille). Please scan certificate and authentication into one file and upload it again."),
    "no_crime": N_("The certificate of no criminal record is older than six months or lacks its authentication. Please supply a valid one with authentication and translation."),
    "health": N_("The health certificate is older than six months. Please supply a valid one, or the health commitment."),
    "talent_proof": N_("The proof does not show the class ground that was chosen. Please supply the paper on which the ground rests."),
    "family_proof": N_("The proof of family relationship lacks a person or its translation. Please supply it with a Chinese translation."),
}
FIELD = N_("This does not agree with the uploaded papers. Please correct it as they say it, or upload a paper that shows it.")
PAGE = N_("This page is not complete. Please add what is missing; periods must follow one another without gaps.")
OTHER = N_("This material cannot be used as it is. Please supply it again, complete and legible.")


def usual(target: str) -> str:
    kind, _, rest = target.partition(":")
    if kind == "material":
        return gettext(MATERIALS.get(rest, OTHER))
    return gettext(FIELD if "." in rest else PAGE)
