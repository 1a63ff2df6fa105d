"""The help centre: questions and answers in Chinese and English, open to everybody. It explains; it knows no case and no person."""
