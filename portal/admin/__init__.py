"""Administration of one authority: employers to confirm, staff, the working calendar. Reaches nothing of another authority."""
