"""Every service of the menu, from its first page to its result: which papers come out, and that permit, letter, code and card page say so.

The permits of the old system are brought in as the cutover brings them (old_system.py); everything else goes through pages.
"""

from pathlib import Path
from typing import Any

from portal.journey import samples
from portal.journey.browser import Amiss
from portal.journey.filer import Filer, on
from portal.journey.old_system import Old

ERIK = Old("LINDQVIST", "ERIK JOHAN", "M", "SWE", "1984-06-21", "UPPSALA", "Swedish", "SE1180417", "声学工程师", "Acoustic engineer", 45)
SOYEON = Old("HAN", "SOYEON", "F", "KOR", "1991-11-02", "BUSAN", "Korean", "KR7720418", "工业设计师", "Industrial designer", 60)
JONAS = Old("BRANDT", "JONAS", "M", "DEU", "1979-02-11", "LEIPZIG", "German", "DE5540419", "研发经理", "R&D manager", 300)
CAMILLE = Old("MOREAU", "CAMILLE", "F", "FRA", "1988-09-30", "LYON", "French", "FR3310420", "质量工程师", "Quality engineer", 250)
OLIVER = Old("CLARKE", "OLIVER", "M", "GBR", "1986-04-05", "LEEDS", "English", "GB9910421", "财务经理", "Finance manager", 200, notice="2024-11-05")
ANANYA = Old("SHARMA", "ANANYA", "F", "IND", "1993-01-17", "PUNE", "Marathi", "IN2210422", "软件架构师", "Software architect", 200, notice="2024-12-01")
TIAGO = Old("SOUZA", "TIAGO", "M", "BRA", "1990-07-08", "CURITIBA", "Portuguese", "BR6610423", "机械工程师", "Mechanical engineer", 180, notice="2024-11-20")
INGRID = Old("HALVORSEN", "INGRID", "F", "NOR", "1983-12-09", "BERGEN", "Norwegian", "NO4410424", "光学工程师", "Optical engineer", 400)
PEOPLE = (ERIK, SOYEON, JONAS, CAMILLE, OLIVER, ANANYA, TIAGO, INGRID)
PROOF_OF = {  # the ten grounds of a domestic filing and the material that each asks for; by hand from domain.md 1.4 and 1.6
    "class_a": set(), "change_employer": {"cancellation_proof"}, "family": {"relation_proof"}, "trade_zone": {"zone_proof"}, "headquarters": {"headquarters_proof"},
    "group_transfer": {"transfer_proof"}, "agreement": {"agreement_proof"}, "representative": {"representative_proof"}, "other": {"authority_consent"}, "r_visa": {"r_visa_proof"},
}  # fmt: skip
ENDED_BY: dict[str, tuple[set[str], dict[str, Any]]] = {  # the grounds of a cancellation: materials, further answers; domain.md 1.6 B
    "ends": ({"application_form", "end_proof"}, {}),
    "left": ({"application_form", "leaving_certificate", "public_notice", "statement"}, {"last_seen_on": on(-40), "published_on": on(-15), "newspaper": "深圳特区报"}),
    "dispute": ({"application_form", "judgment"}, {"decided_by": "深圳市劳动人事争议仲裁委员会"}),
    "wound_up": ({"registrar_proof", "cancellation_letter"}, {}),
    "agreed": ({"application_form", "end_proof"}, {}),
}
DOORS = {  # path of the menu entry → what must stand on its first page
    "long-term": "境外提交", "short-term": "90 日以下", "extension": "延期", "amendment": "变更", "cancellation": "注销", "reissue-electronic": "换发电子证照", "reissue-notification": "换发新版工作许可通知",
}  # fmt: skip
GONE = ("申领工作许可证（入境后）", "发布遗失公告", "补遗", "工作许可通知注销")


class Services(Filer):
    """Needs the people of PEOPLE taken over for the first demonstration employer."""

    def walk(self) -> None:
        for door, said in DOORS.items():
            self._first_page(door, said)
        self.grounds_of_a_domestic_filing()
        self.domestic()
        self.short_term()
        self.extension()
        self.joint_extension()
        self.joint_domestic()
        self.joint_change()
        self.joint_refused()
        self.change()
        self.electronic_then_cancelled()
        self.notifications_cancelled()
        self.new_notification()
        self.step("every service of the menu walked")

    def _first_page(self, door: str, said: str) -> None:
        page = self.at("handler").get(f"/applications/new/{door}", expect=200)
        wanting = [w for w in (said, "谁可以办", "请先备好", "办理时限", "办理结果", "个工作日", "50 号窗口") if w not in page.text]
        if wanting or any(word in page.text for word in GONE):
            raise Amiss(f"{door}: its first page lacks {wanting}, or offers what was removed")
        self.step(f"{door}: who, what to have at hand, how long, what comes out")

    # 境内提交, 90日以下
    def _inside(self, ground: str, **changes: dict[str, Any]) -> dict[str, Any]:
        answers = samples.sample_answers()
        answers["class_ground"] |= {"domestic_ground": ground, "previous_permit": "899202600000000019", "previous_cancelled_on": on(-5), "filed_before": "yes"}
        answers["application"] |= {"visa_kind": "work_residence", "visa_expires": on(60)}
        for section, change in changes.items():
            answers[section] |= change
        return answers

    def grounds_of_a_domestic_filing(self) -> None:
        """One draft, all ten grounds: each asks for its own proof and for none of the others."""
        base, lin = self.begin("long-term", "new_domestic"), self.at("handler")
        every = set().union(*PROOF_OF.values())
        for ground, proof in PROOF_OF.items():
            answers = self._inside(ground, class_ground={"class": "A", "ground": "A_young"})
            lin.get(f"{base}/sections/class_ground", expect=200)
            lin.submit({f"class_ground-{k}": v for k, v in answers["class_ground"].items()}, form="/sections/class_ground", button="next", expect=200)
            asked = set(self.due(base))
            waived = {"experience", "degree", "no_crime", "health"} if ground == "change_employer" else set()
            if asked & every != proof or asked & waived or not {"application_form", "passport_page", "visa_page", "photo", "contract"} <= asked:
                raise Amiss(f"ground {ground} asks for {sorted(asked)}")
        self.step("the ten grounds of a filing inside China: each asks for its own proof; a change of employer waives four")

    def domestic(self) -> None:
        for ground, who in (
            ("group_transfer", {"surname": "FERRARA", "given_names": "MARCO", "passport_no": "YD1000001", "email": "marco@mail.example", "birth_place": "MODENA"}),
            ("change_employer", {"surname": "SATO", "given_names": "YUKI", "nationality": "JPN", "passport_no": "TR1000002", "email": "yuki@mail.example", "birth_place": "NAGOYA"}),
        ):
            number = self.filed("long-term", "new_domestic", self._inside(ground, basic=who, application={"contract_from": on(10)}))
            self.approve(number)
            self.issued(number, {"JD", "TZ"})
        self.roster("SATO YUKI", on(10))

    def short_term(self) -> None:
        answers = samples.sample_answers(
            task={"task": "filming", "partner": "深圳湾影业", "entries": 1, "no_crime_promise": "yes"},
            basic={"surname": "GALLO", "given_names": "CHIARA", "passport_no": "YE1000003", "email": "chiara@mail.example", "birth_place": "BARI"},
            application={"position": "摄影师", "contract_from": on(30), "contract_to": on(119)},
        )
        number = self.filed("short-term", "short_term", answers)
        self.approve(number)
        letter = self.issued(number, {"JD", "TD"})["TD"]
        self.says(self.scan(letter), "真实", "有效")

    # 延期, alone and together with the residence permit
    def _longer(self, held: Old) -> dict[str, Any]:
        return samples.sample_answers(
            class_ground={"change": "no"}, basic=held.basic(), application={"position": held.position, "contract_from": on(held.ends + 1), "contract_to": on(held.ends + 365), "residence_expires": on(20)},
            residence={"residence_kind": "extension", "residence_expires": on(20), "residence_until": on(300), "lodging": "南山区科苑路 18 号", "lodging_registered": on(-100)},
        )  # fmt: skip

    def extension(self) -> None:
        self.turned_away("extension", JONAS.name, why="尚未到申请时间", instead="提醒")
        number = self.filed("extension", "extension", self._longer(ERIK), ERIK.name)
        self.turned_away("cancellation", ERIK.name, why="正在办理", instead="撤回")
        self.approve(number)
        url = self.scan(self.issued(number, {"JD", "TZ"})["TZ"])
        self.says(url, "真实", "有效")
        self.register(url, **ERIK.basic())
        self.card_says(on(ERIK.ends + 365))
        self.roster(ERIK.name, on(ERIK.ends + 365))
        self.originals(number, entry=True)
        self.residence(number)

    def joint_extension(self) -> None:
        number = self.filed("extension", "extension", self._longer(SOYEON), SOYEON.name, joint=True)
        self._called_in(number)
        self.originals(number, entry=False)
        self._decided(number, "grant")
        self.residence(number)
        self.issued(number, {"JD", "TZ", "HY", "JL"})

    def joint_domestic(self) -> None:
        """Incomplete originals first: not accepted, booked again; then both permits granted."""
        number = self.filed("long-term", "new_domestic", self._both("KELLER", "NINA", "CH1000004"), joint=True)
        self._called_in(number)
        self.originals(number, entry=False, missing="lodging_proof")
        self._booked(number)
        self.originals(number, entry=False)
        self._decided(number, "grant")
        self.residence(number)
        self.issued(number, {"JD", "TZ", "HB", "HY", "JL"})
        self.granted_page(number, "居留许可")

    def joint_change(self) -> None:
        """The work permit is changed; the residence permit alone is refused, with a paper of its own."""
        answers = {
            "amendment": {"name": "no", "passport": "no", "title": "yes", "class": "no", "changed_on": on(-3)}, "class_ground": {"ground": "B_degree_experience"},
            "basic": samples.sample_answers()["basic"] | INGRID.basic() | {"reissue": "yes"}, "application": {"position": "首席光学工程师", "position_en": "Chief optical engineer", "occupation": "engineering", "duties": "镜头设计。"},
            "residence": {"residence_kind": "change", "residence_expires": on(INGRID.ends), "residence_until": on(INGRID.ends), "lodging": "南山区科苑路 18 号", "lodging_registered": on(-100)},
        }  # fmt: skip
        number = self.filed("amendment", "amendment", answers, INGRID.name, joint=True)
        self._called_in(number)
        self.originals(number, entry=False)
        self._decided(number, "grant")
        luo = self._residence_step(number)
        luo.submit({"reason": "住宿登记信息与实际居住地不符。"}, form="/moves/refuse_residence", expect=200)
        papers = self.issued(number, {"JD", "DZ", "HY", "JB"})
        self.granted_page(number, "居留许可不予签发")
        self.says(self.scan(papers["DZ"]), "真实", "有效")
        self.step(f"{number}: the residence permit refused with its own paper, the change of the work permit stands")

    def joint_refused(self) -> None:
        """The work permit is refused: the residence permit falls with it, each with its own paper."""
        number = self.filed("long-term", "new_domestic", self._both("BAKKER", "TIM", "NE1000005"), joint=True)
        self._called_in(number)
        self.originals(number, entry=False)
        self._decided(number, "refuse", reason="提交的材料不能证明具备岗位所需的专业能力。")
        self.issued(number, {"BX", "JB", "HY"})
        self.granted_page(number, "不予许可", "居留许可不予签发")

    def _both(self, surname: str, given: str, passport: str) -> dict[str, Any]:
        """Answers of a filing inside China together with the first residence permit."""
        who = {"surname": surname, "given_names": given, "passport_no": passport, "email": f"{surname.lower()}@mail.example"}
        residence = {"residence_kind": "first", "residence_expires": on(60), "residence_until": on(300), "lodging": "南山区科苑路 18 号", "lodging_registered": on(-10)}
        return self._inside("group_transfer", basic=who, application={"contract_from": on(10)}) | {"residence": residence}

    def _called_in(self, number: str) -> None:
        self.review(number, "pass_preliminary", role="acceptance")
        self._booked(number)
        self.step(f"{number}: material review passed, appointment booked at the window")

    def _booked(self, number: str) -> None:
        """Book the first time offered; the administrator opens hours if there are none yet."""
        lin = self.at("handler")
        self._open_mine(lin, number)
        address = f"{lin.page.path}/appointment"
        if not any("slot" in f.names for f in lin.get(address, expect=200).forms):
            admin = self.at("admin")
            admin.get("/admin/appointment-hours", expect=200)
            admin.submit({"first_day": on(1), "last_day": on(9), "opens": "09:00", "closes": "11:00", "minutes": "30", "capacity": 2}, form="/admin/appointment-hours", expect=200)
            lin.get(address, expect=200)
        lin.submit({"slot": lin.page.form("/appointment").offered("slot")[0]}, form="/appointment", expect=200)

    def _decided(self, number: str, last: str, **answers: str) -> None:
        for trigger, role, given in (("accept", "acceptance", {}), ("recommend", "examiner", {"opinion": "符合条件。", "grounds": "服务指南"}), (last, "decider", answers)):
            self.review(number, trigger, role=role, **given)

    def originals(self, number: str, *, entry: bool, missing: str = "") -> None:
        huang = self.at("window")
        huang.get("/window/", expect=200)
        huang.submit({"text": number}, expect=200)
        if any(f.action.endswith("/open") for f in huang.page.forms):
            huang.submit(form="/open", expect=200)
        if entry:
            huang.submit({"entered_on": samples.entry_date()}, form="/entry", expect=200)
        self._see_originals(huang, missing=missing)
        huang.submit(form=f"/moves/{'decline' if missing else 'verify'}_originals", expect=200)
        self.step(f"{number}: {'an original is missing: not accepted, with the list' if missing else 'originals seen at the window, receipt issued'}")

    # 变更 with 换发电子证照, 换发电子证照, 注销
    def change(self) -> None:
        answers = {
            "amendment": {"name": "no", "passport": "no", "title": "yes", "class": "no", "changed_on": on(-3)}, "class_ground": {"ground": "B_degree_experience"},
            "basic": samples.sample_answers()["basic"] | JONAS.basic() | {"reissue": "yes"},
            "application": {"position": "研发总监", "position_en": "Head of research", "occupation": "research", "duties": "研发管理。"},
        }  # fmt: skip
        number = self.filed("amendment", "amendment", answers, JONAS.name)
        self.approve(number)
        url = self.scan(self.issued(number, {"JD", "DZ"})["DZ"])
        self.register(url, **JONAS.basic())
        self.card_says("研发总监")

    def electronic_then_cancelled(self) -> None:
        unknown = samples.sample_answers(
            card={"card_number": "K2023000099", "permit_number": "899202300000000017", "no_visit": "no"},
            basic={"surname": "ROUX", "given_names": "HUGO", "nationality": "FRA", "sex": "M", "passport_no": "FR9910017", "email": "hugo@mail.example", "birth_place": "NANTES"}, application={"contract_from": on(-300), "contract_to": on(200)},
        )  # fmt: skip
        number = self.filed("reissue-electronic", "reissue_electronic", unknown)
        self.approve(number)
        self.issued(number, {"JD", "DZ"})
        answers = {"card": {"no_visit": "yes"}, "basic": samples.sample_answers()["basic"] | CAMILLE.basic(), "application": {}, "class_ground": {}}
        number = self.filed("reissue-electronic", "reissue_electronic", answers, CAMILLE.name)
        self.approve(number)
        url = self.scan(self.issued(number, {"JD", "DZ"})["DZ"])
        self.register(url, **CAMILLE.basic())
        self.card_says(CAMILLE.position)
        self.turned_away("reissue-electronic", CAMILLE.name, why="已是电子证照", instead="无须办理")
        base, lin = self.begin("cancellation", "cancellation", CAMILLE.name), self.at("handler")
        for ground, (materials, more) in ENDED_BY.items():
            lin.get(f"{base}/sections/cancellation", expect=200)
            lin.submit({f"cancellation-{k}": v for k, v in {"ground": ground, "ended_on": on(-2), **more}.items()}, form="/sections/cancellation", button="next", expect=200)
            if set(self.due(base)) != materials:
                raise Amiss(f"a cancellation because of {ground} asks for {self.due(base)}")
        self.step("the five grounds of a cancellation: each asks for its own proofs")
        self.attach(base, {})
        number = self.send(base)
        self.approve(number)
        proof = self.issued(number, {"ZX"})["ZX"]
        self.granted_page(number, "注销证明", "已注销")
        self.says(url, "已注销")
        self.says(self.scan(proof), "真实")
        self.card_says("注销")

    # 许可通知注销 on both sides of 2024-12-01, 换发新版工作许可通知
    def notifications_cancelled(self) -> None:
        self.turned_away("cancellation", OLIVER.name, why="2024 年 12 月 1 日", instead="窗口")
        huang = self.at("window")
        huang.get(f"/window/paper-intake?q={OLIVER.passport_no}", expect=200)
        huang.follow("/window/paper-intake\\?permit=")
        name, data = samples.sample_file("cancellation_letter")
        huang.submit({"ground": "old_notice"}, form="intake", files={"cancellation_letter": (name, data, "application/pdf")}, expect=200)
        link = next((u for w, u in huang.page.links if "注销证明" in w), "")
        if not link or not huang.get(link, expect=200).body.startswith(b"%PDF"):
            raise Amiss("the window's cancellation gives no proof")
        self.step(f"{OLIVER.name}: the sealed letter taken in at the window, the cancellation proof handed out")
        answers = {"cancellation": {"ground": "agreed", "ended_on": on(-2)}}
        number = self.filed("cancellation", "cancellation", answers, ANANYA.name)
        self.approve(number)
        self.issued(number, {"ZX"})

    def new_notification(self) -> None:
        self.turned_away("extension", TIAGO.name, why="未申领", instead="新版")
        lin = self.at("handler")
        base = self.begin("reissue-notification", "reissue_notification", TIAGO.name)
        lin.get(f"{base}/sections/basic", expect=200)
        if lin.page.form("/sections/basic").values()["basic-passport_no"] != [TIAGO.passport_no]:
            raise Amiss(f"{base}: the filing does not begin filled from the old one")
        lin.get(f"{base}/sections/class_ground", expect=200)
        answers = samples.sample_answers(basic=TIAGO.basic(), application={"position": TIAGO.position, "contract_from": on(5)})
        self.answer(base, answers)
        self.attach(base, answers)
        number = self.send(base)
        self.step(f"{number}: reissue_notification filed for {TIAGO.name}, filled from the old one")
        self.approve(number)
        self.says(self.scan(self.issued(number, {"JD", "TZ"})["TZ"]), "真实", "有效")

    # what came of it
    def granted_page(self, number: str, *expected: str) -> None:
        """The page of the closed case says what came of it."""
        lin = self.at("handler")
        self._open_mine(lin, number)
        if wanting := [w for w in expected if w not in lin.page.main]:
            raise Amiss(f"{number}: its page lacks {wanting}: {lin.page.main[:300]}")

    def issued(self, number: str, series: set[str]) -> dict[str, Path]:
        """Download these. Amiss unless every series is there."""
        papers = {path.name.split("-")[1]: path for path in self.download(number, series)}
        if not series <= set(papers):
            raise Amiss(f"{number} has the papers {sorted(papers)}, expected {sorted(series)}")
        return papers

    def says(self, url: str, *expected: str) -> None:
        stranger = self.open_browser()
        stranger.get(url.split("#")[0], expect=200)
        if wanting := [w for w in expected if w not in stranger.page.text]:
            raise Amiss(f"the check page lacks {wanting}: {stranger.page.main[:300]}")
        self.step(f"the code says: {stranger.page.h1}")

    def card_says(self, expected: str) -> None:
        self.entrant.get("/card", expect=200)
        if "工作许可信息查询页" not in self.entrant.page.text:
            self.entrant.submit(button="查询页", expect=200)
        if expected not in self.entrant.page.text:
            raise Amiss(f"the card lacks {expected}: {self.entrant.page.main[:500]}")
        self.step(f"the card's page shows {expected}")

    def roster(self, name: str, day: str) -> None:
        page = self.at("handler").get(f"/roster/?q={name.partition(' ')[0]}", expect=200)
        if name not in page.text or day not in page.html:
            raise Amiss(f"the roster does not show {name} with {day}: {page.main[:400]}")
        self.step(f"{name} stands in the roster with {day}")
