"""The answers in English. Official Chinese names stand beside their English where a reader meets them on a Chinese screen or paper."""

from portal.help.text import Text, points, steps

# fmt: off
TEXTS = {
"where-to-file": Text(
    "Where do I file, and did the addresses change?",
    "The addresses stayed as they were when permit and card were merged on 1 December 2024.",
    (points("Whole country: Service System for Foreigners Working in China (外国人来华工作管理服务系统), fwp.safea.gov.cn/lhgzweb", "Shenzhen: Integrated Service Management Platform for Foreigners (深圳市外国人综合服务管理平台), wgfww.ga.sz.gov.cn/user/wgrfwpt, where work permit and work-type residence permit can be handled together"),
     "On this portal everything starts at the sign-in page. It is always the employer who files; the foreigner signs the form and later registers the electronic card."),
    "website url login link platform"),
"one-menu": Text(
    "Overseas or from inside China: which entry do I take?",
    "There is one entry now, 申请外国人来华工作许可（90日以上）, work permit of more than 90 days. Inside it you choose the door.",
    (points("境外提交, filed from overseas: the foreigner is outside the mainland of China when you file.", "境内提交, filed inside China: the foreigner is here with a valid visa or residence document, and one of the grounds for filing from inside applies."),
     "Formerly these were two separate entries in the menu. Work of 90 days or less has a service of its own."),
    "two entrances door menu long term"),
"what-changed": Text(
    "What is new in the menu, and what is gone?",
    "Since 1 December 2024 a permit from overseas is one application instead of two, and three old steps no longer exist.",
    (points("Merged: the notification before entry and the permit card after entry. The same holds for applications from inside China; both start from one entry.", "New: 换发电子证照 (electronic permit in place of a physical card) and 换发新版工作许可通知 (new notification in place of an old one whose card was never claimed).", "Gone: 申领工作许可证（入境后）, 发布遗失公告 (notice of loss), 外国人来华工作许可补遗 (replacement), and 工作许可通知注销 as a business of its own."),
     "Extension, change and cancellation of a permit, short-term work and the confirmation letter for high-end talent go on as before."),
    "difference old new system screens removed"),
"employer-account": Text(
    "How does an employer get an account?",
    "Register with the unified social credit code and the name exactly as in the business registry. The authority then confirms the account, within {employer} working days as a rule.",
    ("Filing begins when the account is confirmed. A handler (经办人) is an employee of the unit; a special service agency may act where the unit has authorised it.",
     points("If only the name differs, copy it from the business licence, brackets included.", "If the name has just been changed at the registry, have it updated there first.")),
    "register company sign up handler agent credit code"),
"code-not-found": Text(
    "“Verification failed, nothing found under this unified social credit code”: why?",
    "Two causes are known: something was typed wrongly, or the local business registry has not passed the company on to the national one yet.",
    (steps("Compare all 18 characters with the business licence. The letters I, O, Z, S and V never occur; what looks like them is a digit or another letter.", "Compare the name with the licence, character by character.", "If both are right, ask the local market-supervision office to report the company's data to the national registry, then try again later."),),
    "统一社会信用代码 not found registration error registry"),
"sign-in": Text(
    "I cannot sign in",
    "After {tries} wrong attempts signing in rests for {rest} minutes; the page says until when. A right password works again after that.",
    (points("The sign-in name is the e-mail address of the handler's account.", "Officers also give a code from their device. A code counts once; wait for the next one, it changes every 30 seconds.", "You can sign in while the authority has not confirmed the employer yet, but not file. This is not a fault of the password."),),
    "login password failed locked code account pending"),
"nothing-lost": Text(
    "My session ended while I was typing. Is it lost?",
    "No. A draft keeps every page you saved, and what you sent after the session had ended waits for you: sign in again and it is shown.",
    ("A session ends after {idle} minutes without use, and after {absolute} hours in any case. Files that were being uploaded have to be chosen again.",
     "If somebody else changed the same case meanwhile, the page says who did what and when, and keeps your words."),
    "timeout draft save expired logged out"),
"browser": Text(
    "Which browser do I need?",
    "Any current one. The portal also works without scripts, on a phone and by keyboard; there is no plug-in to install and no cache to clear.",
    ("If a button seems dead, load the page again: nothing is filed twice, a form that is sent twice acts once.",),
    "chrome edge firefox pop-up javascript cache drop-down"),

"overseas-road": Text(
    "How does an application from overseas run?",
    "Once, from the filing to the grant. There is no second application after entry to claim a card.",
    (steps("The employer files online under 境外提交外国人来华工作许可.", "The authority reviews, accepts, examines and decides; you see each step.", "After the grant the employer downloads two papers here: the new Notification (外国人工作许可通知), with its code, and the Decision (准予行政许可决定书). They are sent to the foreigner.", "With the Notification the foreigner applies for the Z visa at the Chinese embassy or consulate and enters.", "The foreigner scans the code on the Notification and registers the electronic social security card, which shows the work permit.", "Within {entry_days} days of entry the residence permit is applied for. In Shenzhen all originals of the overseas application are first shown at the window; an incomplete set is not accepted."),
     "Shenzhen: {window_en}, telephone {window_phone}. Other kinds of business run as before."),
    "process flow procedure steps before entry after entry"),
"class-ground": Text(
    "Class A, B or C: how is it decided?",
    "By the ground you choose; its proof goes among the attachments.",
    (points("A, high-end talent: for example a national talent plan, recognised achievement, pay of at least six times the local average wage, or 85 points and more.", "B, professionals: for example a bachelor's degree and two years of related work, a master's degree from a Chinese university, language teaching, pay of at least four times the local average, or 60 to 84 points.", "C, others: work under the rules in force or under a quota."),
     "Class A may promise some proofs in writing instead of handing them in at once (承诺制), unless the class rests on that very proof. For class B sixty years is the usual upper age; class A has none."),
    "points category salary talent score age limit"),
"materials": Text(
    "Which materials are needed, and in what form?",
    "The attachments page lists what your filing needs, and why. Upload colour scans or photographs of originals: PDF, JPG or PNG, at most {scan_mb} MB and {scan_pages} pages a file; the portrait has its own rules.",
    (points("Degree and no-crime certificate from abroad: authenticated by the Chinese mission, or with an apostille where the Hague Convention applies. A Chinese degree needs the certificate only.", "No-crime certificate: from the country of nationality or of last residence, issued within six months. A sworn declaration of one's own does not count.", "Health certificate: from a Chinese inspection authority, at most six months old. Whoever files from overseas may promise the examination in writing and have it done after entry.", "Passport: valid for at least six more months.", "Family: marriage or birth certificate with translation; no authentication needed.", "Everything not in Chinese, passports excepted, comes with a Chinese translation that carries the employer's seal. Your own translation will do."),),
    "documents upload file size apostille authentication translation health certificate criminal record degree"),
"photo": Text(
    "What must the photograph be like?",
    "A frontal portrait of the last six months, bareheaded, on white, without a border: JPG, at most 1 MB, at least 354×472 pixels.",
    (points("The face complete and sharp, without spots, blemishes or printing faults.", "It must meet ICAO 9303, the standard of passports: eyes open, mouth closed, looking straight ahead, even light.", "The rules for the card's portrait are a good guide. They only give a hint here; they stop nobody."),
     "The portal measures the picture when it is uploaded, before you file."),
    "portrait picture jpeg size white background icao"),
"photo-refused": Text(
    "My photograph was refused. What now?",
    "Each failed test is named with the measured value and the limit, so you know what to change. Nothing has been filed yet.",
    (points("Format or size: save as JPG from the original picture; enlarging a small one makes it blurred.", "Background or border: stand a step away from an evenly lit white wall, and cut away frames.", "Pose, eyes, mouth: look straight at the lens with the head upright.", "Sharpness or light: daylight from the front, no flash, no filter."),
     "“For the officer to judge” and “worth a look” do not stop the filing. Only “cannot be filed like this” does."),
    "rejected upload failed background blur glasses face"),
"contract-content": Text(
    "What must the contract contain?",
    "It must be in Chinese, signed by the applicant and sealed by the employer. A dispatch letter of a multinational company counts as well.",
    (points("both parties", "place of work", "duties", "pay", "period of work in China", "position", "the page with signature and seal"),
     "In the filing you write on which page each of these stands. A contract that lacks one of them cannot be filed."),
    "employment contract dispatch letter elements seal signature language"),
"contract-dates": Text(
    "Which dates may the contract have, and can they be changed later?",
    "For an application from overseas the contract must take effect within {contract_days} days of the day you file. After that the dates are fixed.",
    ("Once the permit is granted the contract's details cannot be altered. If the first or the last day has to change after entry, the permit is cancelled and applied for anew. So check both dates before you file, and leave time for the review, the visa and the journey.",),
     "start date end date effective 90 days alter modify period"),
"name-spelling": Text(
    "How do I write the name?",
    "Exactly as in the two lines of letters at the foot of the passport's photo page, in that order. A different order or spelling is what most often makes the registration of the card fail.",
    (points("Surname and given names stand in fields of their own; << between them in the passport marks the border.", "If the passport has one name only, leave the given names empty.", "The portal reads the passport scan and offers what it read. Compare it: you may change it."),),
    "surname given name order passport mrz spelling mismatch"),
"domestic-grounds": Text(
    "Who may file from inside China?",
    "Somebody who is here with a valid visa or residence document and to whom one of ten grounds applies.",
    (steps("class A, whatever the valid visa", "change of employer in the same occupation, residence permit valid", "spouse or child of a Chinese citizen, or of a foreigner who has permanent residence or works here, with a valid visa or residence permit", "a policy of a free-trade zone or an innovation-reform zone", "a multinational's regional headquarters", "a transfer inside a group of companies", "an agreement between governments", "a representative who is here on a work visa, or the holder of a permit of 90 days or less within the stay", "other reasons the authority accepts", "holders of an R visa"),
     "Otherwise the application is filed from overseas."),
    "domestic application inside china convert visa ground reasons"),
"change-of-employer": Text(
    "A new employer: is that a change of the permit?",
    "No. The new employer files a new application from inside China; the old permit is cancelled first.",
    (points("The occupation stays the same, and the work-type residence permit is valid (or cancelled with a stay visa of at most 30 days).", "The new contract does not begin before the cancellation takes effect.", "Health check and no-crime certificate are not asked for again; degree and experience neither, if they were filed before and still meet today's standard.", "Another occupation means: cancel, then apply as if for the first time."),),
    "job change transfer new company switch"),
"short-term": Text(
    "Work of 90 days or less",
    "This is a permit of its own for certain tasks, for applicants of 18 to 60 years. It cannot be extended.",
    (points("It counts as a task: technical, scientific, management or guidance work at a Chinese partner; try-outs in sport; filming; fashion shows; commercial performances; others the ministry recognises.", "It does not count: servicing machines that were bought, supervising a tender won here, being sent to one's own branch, sports events, volunteering paid from abroad. These take other visas."),
     "While the stay lasts, a permit of more than 90 days may be applied for from inside China."),
    "short term 90 days performance film task"),

"where-is-my-case": Text(
    "Where does my case stand?",
    "Under Mine, Cases in progress (我的在办件): each line shows the stage, who has it now, and the day by which it is due.",
    ("Open the case to see every step with its time. When it is back with you, it stands first and is marked.",
     "Messages (消息) tell of each return, acceptance and decision; the applicant is told of the decision at the e-mail address of the filing."),
    "status progress track follow up stage deadline"),
"time-limits": Text(
    "How long does it take?",
    "In working days, the day of the event not counted: preliminary review up to {preliminary}, then acceptance, then the decision, promised within {decision} and by law at most {statutory}.",
    (points("Shenzhen promises {sz_preliminary} for the preliminary review and {sz_decision} for the decision.", "The law allows one extension by {extension}, with the reasons told in a paper.", "The clock of the decision stands still while the case is back with you."),
     "Holidays and swapped working days follow the official calendar. The case page names the day."),
    "processing time duration days deadline statutory promised"),
"returned": Text(
    "My case was returned. What do I do?",
    "Correct just what is marked: everything found wrong is told at once, each point beside the field or file it is about.",
    (steps("Open the case from Cases in progress. The parts to be corrected are open, the rest is locked.", "Change the answer or put the right file in place of the old one.", "When every point is answered, press Corrections done, submit again."),
     "It is the same case with the same number. If a reason is unclear, ask the authority and name the case number."),
    "rejected return supplement correction reasons defects"),
"papers": Text(
    "Which papers does the portal issue, and where are they?",
    "Under Mine, Papers to download (文书下载), and on the page of the case.",
    (points("When granted: the Notification Letter of Foreigner's Work Permit (外国人工作许可通知) and the Decision on Granting Administrative License (准予行政许可决定书), from the same moment.", "On the way: filing receipt, one-time notice of what is missing, notice of acceptance, notice of supplement and correction, notice of an extension of time.", "When it fails: decision of non-acceptance or of refusal, with reasons and remedies."),
     "The file carries a digital signature and each paper a code; print it if somebody wants paper."),
    "download pdf notification decision certificate receipt"),
"notice-three-months": Text(
    "The Notification is valid for three months. And the permit?",
    "The three months run from the day of issue and concern the visa and the residence permit. The permit itself runs from the first to the last day printed on it.",
    ("Somebody who checks the code after the three months reads that the paper is past its time and whether the permit is still in force. The electronic card can be registered as long as the permit is in force.",),
    "expired validity 3 months notification"),
"check-a-paper": Text(
    "Is this paper genuine?",
    "Scan its code with a phone's camera, or type the characters under the code on the check page. No account is needed.",
    (points("The answer is one of: genuine and in force, genuine but past its time, cancelled, replaced, altered, or unknown.", "You see no more than the paper already prints."),
     "If the answer is “altered” or “unknown”, do not rely on the paper; ask whoever showed it, or the authority named on it."),
    "verify qr code authentic fake scan"),

"after-entry": Text(
    "What must be done after entry?",
    "Apply for the work-type residence permit within {entry_days} natural days of entry. Weekends and holidays count; late applications can be fined.",
    (steps("Register the place where you live within 24 hours of arrival.", "Scan the Notification and register the electronic card.", "Have the health check if it was only promised.", "Go to the exit-entry administration at the place of work with passport and Z visa, photograph, proof of where you live, and the proof of the work permit. Where originals are verified first, as in Shenzhen, do that before."),
     "There is no urgent service: begin in the first week."),
    "30 days residence permit police registration arrival fine"),
"residence-proof": Text(
    "What proves the work permit when applying for the residence permit?",
    "Either a Notification still within its {notice_months} months, or the work-permit page of the electronic card.",
    ("The exit-entry officer can look at the card, scan the code or query the system. Nothing else stands in for these two.",),
    "police exit-entry proof permit page"),
"originals": Text(
    "Which originals are shown at the window in Shenzhen?",
    "All originals of the materials that were uploaded for the application from overseas. If one is missing or differs, the set is not accepted, and the paper lists what is wanting.",
    (points("application form with ink signature and seal", "certificate of work experience", "degree certificate with authentication or apostille, and translation", "no-crime certificate with authentication, and translation", "health certificate, at most six months old: it replaces the promise given before entry", "Chinese contract or dispatch letter, signed and sealed", "passport: data page, Z visa page, last entry stamp", "proof of the class ground, family proofs, authorisation and handler's identity document, where they apply"),
     "What class A promised in writing is excused. You may come again with what was missing. Where: {window_en}, telephone {window_phone}. Other cities may look at originals at another time; ask the approving authority."),
    "window 50 counter verify original documents civic centre"),
"two-permits": Text(
    "Why two permits?",
    "The work permit allows the work, the residence permit the stay. Whoever works here for more than 90 days needs both.",
    ("The unit that files is the unit the person works for. Work begins when both are granted.",),
    "residence permit work permit both difference"),
"joint-processing": Text(
    "Can work permit and residence permit be handled together in Shenzhen?",
    "Yes, the Shenzhen platform goes on working, with one exception: applications from overseas of more than 90 days cannot be joined (并联).",
    ("The reason: the person is not in China yet when that application is decided, so the residence permit follows after entry.",
     "For the joint kinds the platform promises 7 working days instead of 14."),
    "parallel joint platform shenzhen together"),
"visa-free": Text(
    "I entered without a visa. Can I change to a work permit here?",
    "No. Who entered under a mutual visa exemption cannot change to work residence inside China.",
    ("Filing from inside China needs a valid visa or residence document and one of the ten grounds. Otherwise the employer files from overseas and you enter with a Z visa.",),
    "visa exemption tourist convert"),

"register-card": Text(
    "How do I register the electronic card?",
    "After entry, scan the code on the Notification with your phone or at the machine in the hall, prove who you are, choose a password.",
    (steps("Scan the code. Without a camera, type the characters under it.", "Give your name as in the passport, passport number and date of birth.", "A code is sent to the contact given in the filing. If you can no longer reach it, a window officer hands one out after seeing your passport.", "Choose a password of 8 to 16 characters with at least two of letters, digits and signs."),
     "The code on the Notification alone opens nothing, so nobody who finds the paper can register it. Five failed attempts lock it for a while."),
    "scan qr activate app e-card registration fails"),
"why-card": Text(
    "Is it necessary to register the electronic card?",
    "You are well advised to. The residence permit asks for a valid Notification or the work-permit page of the card, and the Notification is valid for {notice_months} months only.",
    ("The card also opens the all-in-one services (一卡通) of the social security card.",),
    "need mandatory benefit electronic social security card"),
"card-look": Text(
    "What does the new card look like?",
    "The electronic card shows photograph, name, work permit number and status; behind it stands the work-permit page.",
    ("Name and number are masked until you show them. The work-permit page names, in Chinese and English: name, sex, nationality, permit number, class, employer, position, period, authority, status and the time of the query.",
     "To be checked, show the code: it is valid for one minute and for one scan. The picture is a drawing of a specimen. The physical card is made by the cities, and its look is theirs."),
    "picture design appearance face specimen"),
"over-age": Text(
    "Over sixty, no social insurance: can I still get the electronic permit?",
    "Yes. Age is no obstacle to registering the card, and neither is the lack of insurance.",
    ("Another matter is whether the permit is granted: for class B sixty is the usual upper age, for class A there is none.",),
    "age 60 retired elderly old insurance"),
"social-insurance": Text(
    "Does the merger oblige foreigners to buy social insurance?",
    "This portal does not decide that, and registration does not ask for it. In Shenzhen the Human Resources and Social Security Bureau (人社局) answers questions about insurance.",
    (),
    "mandatory pension contribution social security"),
"physical-card": Text(
    "Do I need a physical social security card?",
    "Not for the electronic one: holders of a work permit register it without a physical card.",
    ("Whoever wants the card in the hand applies to the social security authority or a partner bank of the city. It usually cannot be done online, because the photograph needs a local receipt. When you have it, the electronic card gains the standard services of the social security card.",),
    "plastic bank card apply offline"),

"extension-window": Text(
    "When must an extension be filed?",
    "At the latest 30 days before the permit ends. After that it is too late, and the way is a new application.",
    (points("The earliest day is set by the city: for example 120 days before the end in Beijing, 90 in Tianjin.", "Same employer, same occupation, permit and residence permit both still valid.", "The new contract begins where the old one ends, without a gap."),
     "The result is a new Notification and a new Decision; the card shows the new period by itself."),
    "renew renewal extend expiry 30 days missed deadline"),
"passport-and-extension": Text(
    "New passport and extension at the same time?",
    "Put the new passport number into the extension. Two filings about the same permit at once get in each other's way.",
    ("If the extension is not due yet, file a change within 10 working days of the new passport. A move from class B to class A can also go with the extension, with its proof. Think of the residence permit as well: it is changed at the exit-entry administration.",),
    "renew passport number update extension conflict"),
"change-details": Text(
    "What is filed as a change?",
    "A new name, passport number, job title within the same occupation, or class; within 10 working days of the day it changed.",
    ("Bring the form and the proof: the new passport's page with the visa page, or a letter and proof for the new title. Another employer or another occupation is not a change: the permit is cancelled and applied for anew.",),
    "amendment modify passport name position title"),
"cancellation-ground": Text(
    "Which reason for cancelling, and with which proof?",
    "Choose by how the work ended. A wrong reason is the commonest cause of delay. It is filed within 10 working days of the end.",
    (points("The contract runs out: proof that the employment ended, signed by both sides.", "It ends early by agreement: the agreement with both signatures.", "The person left without a word: out of reach for more than 15 days, then 10 days of public notice in a newspaper of the city, leaving certificate, the employer's statement with seal.", "A dispute: judgment or award.", "The employer is wound up: the registrar's proof; the person may file at the window."),
     "The outcome is the Proof for Cancellation (注销证明). A permit that reaches its last day lapses by itself, without such a proof."),
    "resign terminate end of contract leave dismissal"),
"cancel-notification": Text(
    "How is a notification cancelled?",
    "That depends on the day it was granted, Beijing time.",
    (points("Before 1 December 2024: not online. The unit writes an application, puts its official seal on it and hands it in at the window of the foreign experts authority.", "On or after 1 December 2024: online, through 工作许可证注销, cancellation of the work permit."),),
    "cancel withdraw unused notification"),

"in-flight-notification": Text(
    "I had applied for a notification when the system changed. Is that affected?",
    "No. Applications for a Notification that were under way on 1 December 2024 go on as usual; nothing has to be filed again.",
    (),
    "transition pending in progress notification"),
"in-flight-card": Text(
    "I had applied for the permit card when the system changed. Is that affected?",
    "Yes. On 1 December 2024 all such applications were moved back to the preliminary review of the application from overseas, and the authority reviews them anew.",
    (points("You find yours under Mine, Cases in progress (我的在办件), with the reason.", "The authority moves next; you need not file again.", "When it is granted, download the new Notification and the Decision, and let the foreigner register the electronic card."),),
    "transition pending card claim returned cutover"),
"unclaimed-card": Text(
    "The notification was granted, but the card was never claimed",
    "The employer files again under 换发新版工作许可通知, new notification in place of the old one, and the authority decides anew.",
    (steps("Take the entry 换发新版工作许可通知 in the menu at the left and submit the old case again.", "When it is granted, download the new Notification and the Decision.", "The foreigner registers the electronic card with the new Notification."),),
    "old notification reissue not claimed card"),
"reissue-electronic": Text(
    "I hold a physical permit card. How do I get the electronic one?",
    "If the card has not expired, the employer files 换发电子证照, electronic permit in place of the card. After the grant you register the electronic card.",
    ("It is voluntary. Who does not file keeps the card until the next extension or change brings the electronic permit by itself.",),
    "exchange convert old card electronic"),
"reissue-where": Text(
    "Where do I find 换发电子证照?",
    "In the national system it is an entry of its own after signing in. On the Shenzhen platform it stands inside the change.",
    (steps("Shenzhen: open 工作许可, work permit.", "Choose 工作许可证变更, change of the work permit.", "At the very bottom of 基本信息, basic information, answer 是 (yes) to 是否换发电子证照."),),
    "menu button shenzhen electronic reissue location"),
"reissue-materials": Text(
    "What is needed for 换发电子证照?",
    "The application form and the original work permit card.",
    ("It can be handled without a visit. In that case add the no-visit commitment (不见面审批承诺书).",),
    "documents form commitment reissue"),
"old-card": Text(
    "Must the old card be handed in?",
    "No. The old card stays with its holder.",
    (),
    "return collect old physical card"),
"lost-card": Text(
    "I lost the old card. Where is the notice of loss?",
    "It no longer exists, and neither does the replacement: since 1 December 2024 the permit lives on the social security card.",
    ("The permit is valid all the same. Ask the approving authority what stands in for the original card when you apply for the electronic permit.",),
    "lost stolen replacement missing card 补遗"),
}
# fmt: on
