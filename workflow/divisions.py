"""Administrative divisions (GB/T 2260, six digits) of the areas that the demonstration authorities serve: Chinese and English, three levels."""

_AREAS = (
    ("广东", "Guangdong", "深圳", "Shenzhen", (
        ("440303", "罗湖", "Luohu"), ("440304", "福田", "Futian"), ("440305", "南山", "Nanshan"), ("440306", "宝安", "Bao'an"), ("440307", "龙岗", "Longgang"),
        ("440308", "盐田", "Yantian"), ("440309", "龙华", "Longhua"), ("440310", "坪山", "Pingshan"), ("440311", "光明", "Guangming"))),
    ("广东", "Guangdong", "广州", "Guangzhou", (
        ("440103", "荔湾", "Liwan"), ("440104", "越秀", "Yuexiu"), ("440105", "海珠", "Haizhu"), ("440106", "天河", "Tianhe"), ("440111", "白云", "Baiyun"),
        ("440112", "黄埔", "Huangpu"), ("440113", "番禺", "Panyu"), ("440114", "花都", "Huadu"), ("440115", "南沙", "Nansha"), ("440117", "从化", "Conghua"), ("440118", "增城", "Zengcheng"))),
    ("北京", "Beijing", "北京", "Beijing", (
        ("110101", "东城", "Dongcheng"), ("110102", "西城", "Xicheng"), ("110105", "朝阳", "Chaoyang"), ("110106", "丰台", "Fengtai"), ("110107", "石景山", "Shijingshan"),
        ("110108", "海淀", "Haidian"), ("110111", "房山", "Fangshan"), ("110112", "通州", "Tongzhou"), ("110113", "顺义", "Shunyi"), ("110114", "昌平", "Changping"), ("110115", "大兴", "Daxing"))),
    ("上海", "Shanghai", "上海", "Shanghai", (
        ("310101", "黄浦", "Huangpu"), ("310104", "徐汇", "Xuhui"), ("310105", "长宁", "Changning"), ("310106", "静安", "Jing'an"), ("310107", "普陀", "Putuo"), ("310110", "杨浦", "Yangpu"),
        ("310112", "闵行", "Minhang"), ("310113", "宝山", "Baoshan"), ("310115", "浦东", "Pudong"), ("310117", "松江", "Songjiang"))),
)  # fmt: skip

DIVISIONS: dict[str, tuple[str, str, str, str, str, str]] = {
    code: (province, province_en, city, city_en, county, county_en) for province, province_en, city, city_en, counties in _AREAS for code, county, county_en in counties
}
CHOICES = tuple((code, f"{zh}{city if zh != city else ''}{county} · {county_en}, {city_en}") for code, (zh, _, city, city_en, county, county_en) in DIVISIONS.items())


def place_zh(code: str) -> str:
    province, _, city, _, county, _ = DIVISIONS[code]
    return f"{province}{'' if province == city else '省'}{city if province != city else ''}市{county}区"


def place_en(code: str) -> str:
    _, province, _, city, _, county = DIVISIONS[code]
    return f"{county}, {city}" if city == province else f"{county}, {city}, {province}"
