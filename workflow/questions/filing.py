"""What the application form asks, page by page, in the official order of tabs.

Captions and rules: domain.md section 8 (form fields) and 3.1 (class grounds); pages of the seeds' manual. Codes are steady: they are stored.
"""

from workflow.divisions import CHOICES
from workflow.engine import N_
from workflow.fields import Field, Section

YES_NO = (("yes", N_("Yes")), ("no", N_("No")))
SEX = (("F", N_("Female")), ("M", N_("Male")), ("X", N_("Unspecified (X in the passport)")))
TONGUES = (  # the languages of the lobby, each under its own name; every message to an entrant exists in all of them
    ("en", "English"), ("zh_Hans_CN", "中文"), ("ja", "日本語"), ("ko", "한국어"), ("ru", "Русский"), ("fr", "Français"), ("de", "Deutsch"), ("es", "Español"), ("ar", "العربية"), ("vi", "Tiếng Việt"),
)  # fmt: skip
CLASS_CHOICES = (("A", N_("A High-end foreign talent")), ("B", N_("B Foreign professional")), ("C", N_("C Other foreign personnel")))

# A ground is stored as CLASS_ground, so that a ground can never stand under another class.
GROUND_CHOICES = (
    ("A_talent_plan", N_("A: selected in a national talent plan")),
    ("A_recognised", N_("A: internationally recognised achievement")),
    ("A_market_post", N_("A: market-oriented post that is encouraged")),
    ("A_innovator", N_("A: innovation or entrepreneurship talent")),
    ("A_young", N_("A: outstanding young talent, under 40")),
    ("A_salary", N_("A: pay of at least six times the local average wage")),
    ("A_points", N_("A: 85 points or more")),
    ("B_degree_experience", N_("B: bachelor's degree and two years of related work")),
    ("B_chinese_master", N_("B: master's degree or above from a Chinese university")),
    ("B_top_master", N_("B: master's degree or above from one of the first hundred universities abroad")),
    ("B_teacher", N_("B: foreign-language teacher")),
    ("B_skill", N_("B: international skill certificate or urgently needed skill")),
    ("B_salary", N_("B: pay of at least four times the local average wage")),
    ("B_points", N_("B: 60 to 84 points")),
    ("C_general", N_("C: other work under the rules in force")),
    ("C_quota", N_("C: work under a quota (interns under agreements, graduates, and others)")),
)
GROUNDS_WITH_PROOF = tuple(code for code, _ in GROUND_CHOICES if code not in ("C_general", "B_degree_experience"))

CLASS_GROUND = Section(
    "class_ground",
    N_("Class"),
    (
        Field("class", N_("Class applied for"), "choice", True, choices=CLASS_CHOICES),
        Field("ground", N_("Ground"), "choice", True, N_("Its proof is asked for among the attachments."), choices=GROUND_CHOICES),
        Field("points", N_("Points claimed"), "integer", False, N_("Only for the grounds that rest on points."), minimum=0, maximum=120, when=("ground", ("A_points", "B_points"))),
        Field("ground_note", N_("What the ground rests on"), "longtext", False, N_("Prize, plan, post, or how the points add up."), max_length=1000),
    ),
)

BASIC = Section(
    "basic",
    N_("Basic information"),
    (
        Field("surname", N_("Surname (as in the passport)"), "latin", True, max_length=80, width="half"),
        Field("given_names", N_("Given names (as in the passport)"), "latin", False, N_("Leave empty if the passport has one name only."), max_length=120, width="half"),
        Field("chinese_name", N_("Chinese name"), "text", False, N_("Required of former Chinese nationals."), max_length=30, width="half"),
        Field("former_chinese", N_("Was the applicant ever a Chinese national?"), "yesno", True, width="half"),
        Field("sex", N_("Sex"), "choice", True, choices=SEX, width="half"),
        Field("birth_date", N_("Date of birth"), "date", True, N_("For example 1990-03-14."), width="half"),
        Field("birth_place", N_("Place of birth"), "text", True, max_length=100, width="half"),
        Field("nationality", N_("Nationality"), "country", True, width="half"),
        Field("issuing_countries", N_("All countries that ever issued the applicant a passport"), "text", True, N_("At least the present nationality; separate several by commas."), max_length=200),
        Field("passport_no", N_("Passport number"), "document", True, max_length=20, width="half"),
        Field("passport_issued", N_("Passport issued on"), "date", True, width="half"),
        Field("passport_expires", N_("Passport expires on"), "date", True, N_("At least six months must be left."), width="half"),
        Field("marital_status", N_("Marital status"), "choice", True, choices=(("single", N_("Single")), ("married", N_("Married")), ("divorced", N_("Divorced")), ("widowed", N_("Widowed"))), width="half"),
        Field("native_language", N_("Native language"), "text", False, max_length=60, width="half"),
        Field("hsk", N_("Chinese proficiency"), "choice", False, choices=(("none", N_("None")), ("1", "HSK 1"), ("2", "HSK 2"), ("3", "HSK 3"), ("4", "HSK 4"), ("5", "HSK 5"), ("6", "HSK 6")), width="half"),
        Field("email", N_("The applicant's own e-mail"), "email", True, N_("The code for registering the electronic card goes here."), max_length=120, autocomplete="off"),
        Field("mobile", N_("The applicant's own mobile number"), "phone", False, N_("With + and the country code for numbers abroad."), max_length=30, autocomplete="off", width="half"),
        Field("language", N_("Language for messages to the applicant"), "choice", True, choices=TONGUES, width="half"),
        Field("emergency_contact", N_("Emergency contact: name and telephone"), "text", False, max_length=150),
    ),
)

APPLICATION = Section(
    "application",
    N_("Application information"),
    (
        Field("position", N_("Position (Chinese)"), "text", True, max_length=80, width="half"),
        Field("position_en", N_("Position (English)"), "text", False, max_length=120, width="half"),
        Field("occupation", N_("Occupation"), "choice", True, N_("A later change of occupation needs a new application."), choices=(
            ("management", N_("Management")), ("research", N_("Research and development")), ("engineering", N_("Engineering and technology")),
            ("teaching", N_("Teaching")), ("language_teaching", N_("Language teaching")), ("medicine", N_("Medicine")), ("culture", N_("Culture and arts")),
            ("sport", N_("Sport")), ("finance", N_("Finance and law")), ("trade", N_("Trade and services")), ("other", N_("Other")))),
        Field("duties", N_("Work content"), "longtext", True, max_length=1000),
        Field("division", N_("Place of work: city and district"), "choice", True, N_("As the contract says it."), choices=CHOICES),
        Field("place_detail", N_("Address of the place of work"), "text", True, max_length=150),
        Field("contract_from", N_("Contract starts on"), "date", True, N_("Within 90 days of the day of filing. It cannot be changed after the grant."), width="half"),
        Field("contract_to", N_("Contract ends on"), "date", True, width="half"),
        Field("pay_monthly", N_("Pay before tax per month (yuan)"), "money", True, minimum=1, width="half"),
        Field("pay_yearly", N_("Pay before tax per year (yuan)"), "money", True, minimum=1, width="half"),
        Field("payer", N_("Who pays"), "choice", True, choices=(("employer", N_("The employer in China")), ("abroad", N_("A company abroad")), ("both", N_("Both"))), width="half"),
        Field("months_per_year", N_("Months in China per year"), "integer", True, minimum=1, maximum=12, width="half"),
        Field("seconded", N_("Seconded by a company abroad?"), "yesno", True, width="half"),
        Field("sender", N_("Company that seconds the applicant"), "text", False, max_length=150, when=("seconded", ("yes",)), width="half"),
        Field("mission", N_("Chinese embassy or consulate where the visa is applied for"), "text", True, N_("The notification is pushed there."), max_length=100),
        Field("entry_planned", N_("Planned date of entry"), "date", False, width="half"),
        Field("address_china", N_("Planned address in China"), "text", False, max_length=150),
        Field("previous_permit", N_("Previous work permit number, if any"), "text", False, max_length=18, width="half"),
    ),
)

EDUCATION = Section(
    "education",
    N_("Education"),
    (
        Field("level", N_("Degree"), "choice", True, choices=(("doctor", N_("Doctor")), ("master", N_("Master")), ("bachelor", N_("Bachelor")), ("college", N_("College")), ("secondary", N_("Secondary school or below"))), width="half"),
        Field("school", N_("School"), "text", True, max_length=150, width="half"),
        Field("major", N_("Subject"), "text", True, max_length=100, width="half"),
        Field("country", N_("Country"), "country", True, width="half"),
        Field("start", N_("From (year-month)"), "month", True, width="half"),
        Field("end", N_("To (year-month)"), "month", True, width="half"),
    ),
    repeating=True, least=1, row_title=N_("Education %(n)s"),
    hint=N_("Bachelor's degree and above: all of them. Below: only the highest."),
)

WORK = Section(
    "work",
    N_("Work experience"),
    (
        Field("start", N_("From (year-month)"), "month", True, width="half"),
        Field("end", N_("To (year-month)"), "month", True, width="half"),
        Field("organisation", N_("Employer, or what was done instead"), "text", True, N_("Without work write what was done: looking for work, further study."), max_length=150, width="half"),
        Field("position", N_("Position"), "text", False, max_length=100, width="half"),
        Field("country", N_("Country"), "country", True, width="half"),
        Field("referee", N_("Referee: phone or e-mail"), "text", False, max_length=120, width="half"),
    ),
    repeating=True, least=1, row_title=N_("Period %(n)s"),
    hint=N_("Without gaps, since graduation or for the last ten years."),
)

FAMILY = Section(
    "family",
    N_("Accompanying family"),
    (
        Field("relation", N_("Relation"), "choice", True, choices=(("spouse", N_("Spouse")), ("child", N_("Child under 18")), ("parent", N_("Parent")), ("parent_in_law", N_("Parent of the spouse"))), width="half"),
        Field("name", N_("Full name as in the passport"), "latin", True, max_length=120, width="half"),
        Field("sex", N_("Sex"), "choice", True, choices=SEX, width="half"),
        Field("birth_date", N_("Date of birth"), "date", True, width="half"),
        Field("nationality", N_("Nationality"), "country", True, N_("Chinese nationals are not entered here."), width="half"),
        Field("passport_no", N_("Passport number"), "document", True, max_length=20, width="half"),
        Field("passport_expires", N_("Passport expires on"), "date", False, width="half"),
        Field("accompanying", N_("Will accompany the applicant?"), "yesno", True, width="half"),
    ),
    repeating=True, least=0, row_title=N_("Family member %(n)s"),
    hint=N_("Spouse, children under 18, parents, parents of the spouse. Leave empty if nobody accompanies."),
)

CONTRACT = Section(
    "contract",
    N_("Contract: where each element stands"),
    (
        Field("parties", N_("Both parties by name: page"), "integer", True, minimum=1, maximum=999, width="quarter"),
        Field("place", N_("Place of work: page"), "integer", True, minimum=1, maximum=999, width="quarter"),
        Field("duties", N_("Duties: page"), "integer", True, minimum=1, maximum=999, width="quarter"),
        Field("pay", N_("Pay: page"), "integer", True, minimum=1, maximum=999, width="quarter"),
        Field("period", N_("Period: page"), "integer", True, minimum=1, maximum=999, width="quarter"),
        Field("position", N_("Position: page"), "integer", True, minimum=1, maximum=999, width="quarter"),
        Field("signature_page", N_("Signature and seal: page"), "integer", True, minimum=1, maximum=999, width="quarter"),
        Field("chinese", N_("Is the contract in Chinese (or a Chinese dispatch letter)?"), "yesno", True, width="quarter"),
    ),
    hint=N_("Write the page of the file on which each element stands. A contract without one of them cannot be filed."),
)
