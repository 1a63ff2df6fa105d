"""The entries of the left menu, in the official order (domain.md 1.1). What was removed on 1 December 2024 has no row."""

from workflow.engine import N_
from workflow.services.grammar import Menu

MENU_LONG_TERM, MENU_SHORT_TERM, MENU_EXTENSION, MENU_AMENDMENT = "long_term", "short_term", "extension", "amendment"
MENU_CANCELLATION, MENU_ELECTRONIC, MENU_NOTIFICATION = "cancellation", "reissue_electronic", "reissue_notification"

# fmt: off
MENUS: dict[str, Menu] = {m.code: m for m in (
    Menu(MENU_LONG_TERM, "申请外国人来华工作许可（90日以上）", N_("Apply for a foreigner's work permit (more than 90 days)"), "plane",
         N_("For foreigners who will work here for more than 90 days. Choose by where the applicant is now; there is no further step after entry to claim a card.")),
    Menu(MENU_SHORT_TERM, "申请外国人来华工作许可（90日以下，含90日）", N_("Apply for a foreigner's work permit (90 days or less)"), "clock",
         N_("For one of six listed tasks that ends within 90 days. It cannot be extended.")),
    Menu(MENU_EXTENSION, "外国人来华工作许可延期", N_("Extension"), "calendar",
         N_("The same person, the same employer, the same occupation, a new contract that joins the old one.")),
    Menu(MENU_AMENDMENT, "外国人来华工作许可变更", N_("Change"), "pencil",
         N_("When the name, the passport, the position within the same occupation or the class has changed.")),
    Menu(MENU_CANCELLATION, "工作许可证注销", N_("Cancellation"), "ban",
         N_("When employment has ended or will not begin. A permit that reaches its last day lapses by itself: nothing needs to be filed, and no proof is issued.")),
    Menu(MENU_ELECTRONIC, "换发电子证照", N_("Electronic permit in place of a card"), "replace",
         N_("For holders of a physical work-permit card that has not expired. Voluntary: the card stays valid, and stays with its holder.")),
    Menu(MENU_NOTIFICATION, "换发新版工作许可通知", N_("New notification in place of an old one"), "file-text",
         N_("For a notification of the old system whose card was never claimed. It is filed again and approved anew.")),
)}
# fmt: on
