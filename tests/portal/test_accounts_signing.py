def test_everybody_of_the_demonstration_signs_in(sign_in):
    for short in ("lin", "zhou", "qin", "wei", "huang", "luo", "admin", "bai"):
        assert sign_in(short).page.status in (200, 204), short
