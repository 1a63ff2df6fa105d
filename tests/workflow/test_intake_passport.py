"""The machine-readable zone: specimen of ICAO Doc 9303 (state UTO), read clean, read badly, compared with what was typed."""

from datetime import date

import pytest

from workflow.intake import mrz
from workflow.intake.passport import check_passport, fields_of, six_months_after
from workflow.intake.spelling import likeness, spellings

TODAY = date(2026, 11, 22)
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
LONG = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")


def with_digits(number="L898902C3", nationality="UTO", birth="740812", sex="F", expiry="310415", personal="", names="ERIKSSON<<ANNA<MARIA"):
    personal = personal.ljust(14, "<")
    digit = mrz.check_digit
    second = f"{number}{digit(number)}{nationality}{birth}{digit(birth)}{sex}{expiry}{digit(expiry)}{personal}{digit(personal)}"
    second += str(digit(second[:10] + second[13:20] + second[21:43]))
    return f"P<UTO{names}".ljust(44, "<"), second


def test_the_specimen_reads_with_five_digits():
    seen = mrz.parse(TD3, TODAY)
    assert (seen.kind, seen.surname, seen.given, seen.number, seen.nationality) == ("TD3", "ERIKSSON", "ANNA MARIA", "L898902C3", "UTO")
    assert (seen.birth, seen.sex, seen.expiry, seen.personal) == (date(1974, 8, 12), "F", date(2012, 4, 15), "ZE184226B")
    assert seen.checks == dict.fromkeys(("number", "birth", "expiry", "personal", "composite"), True)
    assert [mrz.check_digit(part) for part in ("L898902C3", "740812", "120415", "ZE184226B<<<<<")] == [6, 2, 9, 1]


@pytest.mark.parametrize("lines", [TD2, TD1])
def test_the_other_documents_read_too(lines):
    seen = mrz.parse(lines, TODAY)
    assert (seen.surname, seen.given, seen.number, seen.nationality, seen.birth) == ("ERIKSSON", "ANNA MARIA", "D23145890", "UTO", date(1974, 8, 12))
    assert seen.valid


def test_a_number_of_more_than_nine_characters_goes_on_in_the_optional_data():
    seen = mrz.parse(LONG, TODAY)
    assert seen.number == "D23145890734"
    assert seen.checks["number"]


@pytest.mark.parametrize("lines", [(), ("P<UTO",), (TD3[0], TD3[1][:-1]), (TD3[0], TD3[1].replace("U", "Ü")), (TD3[0], TD2[1])])
def test_what_has_no_layout_is_no_zone(lines):
    with pytest.raises(mrz.NotMrz):
        mrz.parse(lines, TODAY)


def test_an_empty_personal_number_may_have_a_filler_for_its_digit():
    first, second = with_digits()
    second = second[:42] + "<" + second[43:]
    assert mrz.parse((first, second), TODAY).checks["personal"]


@pytest.mark.parametrize(("birth", "year"), [("261122", 2026), ("261123", 1926), ("991231", 1999), ("080229", 2008)])
def test_a_birth_lies_in_the_past(birth, year):
    assert mrz.parse(with_digits(birth=birth), TODAY).birth.year == year


def test_an_unknown_birth_is_none_and_no_error():
    assert mrz.parse(with_digits(birth="74<<<<"), TODAY).birth is None
    assert mrz.parse(with_digits(birth="741399"), TODAY).birth is None


@pytest.mark.parametrize(
    "texts",
    [
        TD3,
        ("UTOPIA", "PASSPORT", "Passport No. L898902C3", *TD3),
        (TD3[0].lower(), " ".join(TD3[1])),
        (TD3[0][:-4], TD3[1]),
        (TD3[0] + "<<", TD3[1]),
        (TD3[0].replace("<<", "«", 1), TD3[1].replace("<<<<<", "<<<<")),
        (TD3[0].replace("<<<<<<<", "<<K<<C<", 1), TD3[1]),
        (TD3[0].replace("O", "0"), TD3[1]),
        (TD3[0], TD3[1].replace("UTO7408122F1204159", "UT074O8I22FI2O4I59")),
    ],
    ids=["clean", "page text", "small, spaced", "short", "long", "guillemets", "k for filler", "digits in names", "letters in dates"],
)
def test_a_badly_recognised_zone_is_brought_into_form(texts):
    seen = mrz.read(texts, TODAY)
    assert seen.lines == TD3
    assert seen.valid
    assert seen.repaired == ()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("L8989O2C3", "L898902C3"), ("A81234567", "AB1234567"), ("AB1234S67", "AB1234567"), ("M0876543Z", "M08765432"), ("C01X0OT47", "C01X00T47")],
)
def test_one_confused_character_is_mended_when_only_one_mending_fits(wrong, right):
    first, second = with_digits(number=right)
    seen = mrz.read((first, wrong + second[9:]), TODAY)
    assert (seen.number, seen.repaired, seen.valid) == (right, ("number",), True)
    assert [each.code for each in check_passport(seen, TODAY)] == ["mrz_repaired"]


@pytest.mark.parametrize(("wrong", "right"), [("I898902C3", "L898902C3"), ("LB98902C3", "L898902C3")])
def test_a_mending_that_is_not_the_only_one_is_not_made(wrong, right):
    first, second = with_digits(number=right)
    seen = mrz.read((first, wrong + second[9:]), TODAY)
    assert (seen.number, seen.repaired, seen.checks["number"]) == (wrong, (), False)


@pytest.mark.parametrize(("wrong", "right"), [("XSSO00111", "XSS000111"), ("21923088", "Z1923088"), ("X29466859", "XZ9466859"), ("0E2005951", "OE2005951")])
def test_of_several_mendings_the_usual_number_is_taken_and_an_officer_compares(wrong, right):
    first, second = with_digits(number=right.ljust(9, "<"))
    seen = mrz.read((first, wrong.ljust(9, "<") + second[9:]), TODAY)
    assert (seen.number, seen.chosen, seen.valid) == (right, ("number",), True)
    assert [(each.code, each.level, each.measured) for each in check_passport(seen, TODAY)] == [("mrz_chosen", "review", right)]


@pytest.mark.parametrize("state", ["D<<", "FRA", "NLD"])
def test_where_letters_stand_among_the_digits_no_number_is_usual(state):
    first, second = with_digits(number="Z1923088<")
    seen = mrz.read((first[:2] + state + first[5:], "21923088<" + second[9:]), TODAY)
    assert (seen.number, seen.chosen, seen.checks["number"]) == ("21923088", (), False)
    assert "mrz_check" in {each.code for each in check_passport(seen, TODAY)}


def test_text_without_a_zone_gives_none_and_its_sentence():
    assert mrz.read(["EMPLOYMENT CONTRACT", "x" * 60, "", "<<<<"], TODAY) is None
    (finding,) = check_passport(None, TODAY)
    assert (finding.code, finding.level) == ("mrz_missing", "review")


def codes(lines=None, typed=None, today=TODAY):
    findings = check_passport(mrz.parse(lines or with_digits(), today), today, typed)
    assert all("%(" not in each.sentence() for each in findings)
    return [(each.code, each.target) for each in findings]


TYPED = {
    "surname": "Eriksson",
    "given_names": "Anna-Maria",
    "passport_no": "l898902c3",
    "nationality": "UTO",
    "birth_date": "1974-08-12",
    "sex": "F",
    "passport_expires": "2031-04-15",
}


def test_a_passport_as_typed_raises_nothing():
    assert codes() == []
    assert codes(typed=TYPED) == []
    assert fields_of(mrz.parse(with_digits(), TODAY))["given_names"] == "ANNA MARIA"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("surname", "Ericsson", "passport_differs"),
        ("given_names", "Maria Anna", "name_order"),
        ("given_names", "Анна Мария", "name_script"),
        ("passport_no", "L898902C4", "passport_differs"),
        ("nationality", "SWE", "passport_differs"),
        ("birth_date", "1974-12-08", "passport_differs"),
        ("sex", "M", "passport_differs"),
    ],
)
def test_each_difference_points_at_its_field(field, value, code):
    assert codes(typed=TYPED | {field: value}) == [(code, field)]


def test_germans_are_d_in_the_zone_and_deu_in_the_form():
    assert codes(with_digits(nationality="D<<"), {"nationality": "DEU"}) == []


@pytest.mark.parametrize("code", ["GBB", "ABC", "<<<", "CHX"])
def test_a_nationality_must_exist(code):
    assert codes(with_digits(nationality=code)) == [("nationality_code", "")]


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [("261121", ["passport_expired"]), ("261122", ["passport_expiring"]), ("270521", ["passport_expiring"]), ("270522", []), ("360101", [])],
)
def test_six_months_of_validity_are_expected(expiry, expected):
    assert [code for code, _ in codes(with_digits(expiry=expiry))] == expected


def test_six_months_end_on_a_day_that_exists():
    assert six_months_after(date(2026, 8, 31)) == date(2027, 2, 28)
    assert six_months_after(date(2027, 8, 30)) == date(2028, 2, 29)
    assert six_months_after(date(2026, 6, 30)) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("typed", "printed", "alike"),
    [
        ("Müller", "MUELLER", "same"),
        ("Müller", "MULLER", "same"),
        ("Åsa Ørsted", "AASA OERSTED", "same"),
        ("O'Neill", "ONEILL", "same"),
        ("O’Neill-Smith", "O NEILL SMITH", "same"),
        ("Núñez", "NUNXXEZ", "same"),
        ("Weiß", "WEISS", "same"),
        ("İbrahim Yıldız", "IBRAHIM YILDIZ", "same"),
        ("Nguyễn Thị Đào", "NGUYEN THI DAO", "same"),
        ("Łukasz", "LUKASZ", "same"),
        ("van der Berg", "VANDERBERG", "same"),
        ("Anna Maria", "MARIA ANNA", "order"),
        ("Christodoulopoulou-Papanikolaou Alexandra", "CHRISTODOULOPOULOU PAPANIKOLAOU ALEX", "cut"),
        ("Анна", "ANNA", "other script"),
        ("李明", "LI MING", "other script"),
        ("Eriksson", "ERICSSON", "different"),
        ("", "ERIKSSON", "different"),
        ("'", "ERIKSSON", "different"),
    ],
)
def test_spellings_of_one_name(typed, printed, alike):
    assert likeness(typed, printed, room=36) == alike


def test_a_name_of_umlauts_only_does_not_explode():
    assert len(spellings("Ü" * 200)) <= 256
