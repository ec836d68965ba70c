#!/usr/bin/env python3
"""Writes captions that are hard to split, one a line: make_strings.py SEED COUNT > strings.txt

They mix ordinary words, everything the tokenizer of the COCO scorers has a rule for, and characters of every block of
Unicode below U+20000. Lines hold no line break of any kind.
"""
import random
import sys
import unicodedata

WORDS = """a an the man dog cat woman two on in with sitting riding plane park street red Blue A The Two I U x b c n y
cannot gonna gotta lemme gimme wanna 'twas 'tis don't can't won't isn't DON'T didn’t he's she'll they've I'm you're it's dogs'
John's o'clock ma'am y'all rock'n'roll 'n' 'em 'cause 'till 'til '90s 1980's '95 O'Neill d'Artagnan l'eau c'est
cap'n Shi'ite c'mon e'er s'mores ev'ry li'l nat'l nor'easter cont'd Dunkin' somethin' ol' o'o 'tisn't ain't mustn't've
U.S. U.S U.K. a.m. p.m. A.M. e.g. i.e. Ph.D. Ph.D M.D. D.C. J.R.R. b. B. c. I. Mr. Mrs. Ms. Miss. miss. Dr. St. Jr. Sr. Inc.
Ltd. Co. Corp. co. corp vs. vs etc. etc al. Jan. feb. Sept. Mon. Tues. thurs. Calif. Mass. mass. ill. Ill. Pa. pa. Wash. wash. Del. del.
Tex. tex. no. No. nos. fig. figs. ca. pp. op. art. prop. bldg. est. ext. tel. sq. ft. Ft. Mt. mt. ave. Ave. blvd. Blvd. Rd. Esq. Bros.
pty. ltd limited pte. Gen. Col. Lt. Sgt. Capt. Rev. Pres. Hon. dept. Mfg. natl. Elec. invt. a.k.a cf. cf Alex. Wm. Cie. TREAS.
AT&T R&B Q&A A&amp;B S&P-500 S&Ls C.D.s pro- anti- pro-life anti-war non-U.S. EU-U.S. U.S.-U.K. U.S.-based Canada-U.S.
t-shirt x-ray black-and-white and/or red/white/blue he/she 3-year-old/4-year-old w/o c++ C++ c# f# F# C# .NET node.js file.txt a.PDF
index.html photo.jpg, my.file.png. 1.5.zip caféfile.doc -LRB- -RRB- -rsb- red_dog __init__ snake_case -ing pre-
http://example.com/x?y=1 https://a.b/c#d, http://x. HTTP://EX.COM/A(b) www.foo.com www.foo.co.uk/x/y. foo.com Foo.com foo9.com foo.org/a-b, example.net/ü
a@b.com <me@site.org> &lt;x@y.z&gt; joe.blow@mail.example.co.uk, @handle @_x9 @9x #tag #Tag2 #größe #1 # ## @@ @ a@b x@
1 2 10 1,000 3.5 .5 5:30 7:45pm 10,000,000 +5 -5 -5.5 1.2.3.4 12/31/99 1-2-2003 1/2 3/4 1\\/2 12 1/2 5-1/2 10⁄12 ½ ¼ ¾ ⅓ ⅔ ⅛ x² m³ 10⁻³ H₂O ¹²
555-1234 555-123-4567 (415) 555-1234 (415)555-1234 +1 650 555 1234 ++44 555.123.4567 1st 2nd 10-foot 10ft 5kg 30° 20% 100%. 5'10" 6' $5 $ US$5 NZ$10 A$ €5 £5 5¢ ¥100 ₤ ₠ ¤ ฿ ￥ £ ¢ 5€
:) :-) ;-D :P =( :'( :@ :| <:o) >:-[ :\\ ^_^ -_- (^_^) (-.-) (^.^) ('-') (x_x) <3 :/ =D :{ ;)
... .. .... ..... ...... . . . . . . . . . . . … - -- --- ---- ----- – — ― ‒ &mdash; &ndash; &MD; &amp; &AMP; &lt; &gt; &quot; &apos; &nbsp; &#39; &#8217; &eacute; &Eacute; caf&eacute; na&iuml;ve m&auml;n fa&ccedil;ade &odq;
" ' `` '' ` “ ” ‘ ’ ‚ „ ‛ ‟ « » ‹ › "" ''' ““ ‘’ 「 」 『 』 ( ) [ ] { } < > << >> ! ? !! ?! ???!!! , ; : ¡ ¿ 、 。 * ** *** \\* \\*\\* + = _ ^ ~ | \\ / // % & && © ® ™ § ° ± × ÷ • · ‰ † → ∞ ★ ♥
<b> </b> <br/> <br /> <a href="x y"> <img src='a' alt = "b"> <!-- note --> <?xml v?> <b <start> <i>dog</i> <a.b:c-d > < b> <1>
g\u0131mme g\u0130mme gimm\u0119 \u017fhe'\u017f he'\u017f \u212aans. \u212aans m\u0131ss. don'T It'S 'TIS Cannot\né ü ñ ß ø İstanbul ıx ſhe Kelvin ΟΔΟΣ ΣΑΣ Москва ビール 日本語 犬が走る 강아지 สวัสดี कुत्ता الكلب كَلْب שָׁלוֹם e\u0301 o\u0308 a\u20dd ﬁsh Ａ１ ٣٤ ۵ ७८
🐶 👍🏽 👨‍👩‍👧 🇺🇸 ❤️ ☺ ✈ 1️⃣ 𝒳 𝟙 \U00020000 \u200b \u200c \u200d \u200e \u200f \ufeff \u00ad co\u00adop \u00adx don\u00ad't \u2060 \u00a0 \u2003 \u3000 \u202f \u205f
\u2010 \u2011 \u2012 dog\u2010cat dog\u2011cat a\u058ab \x00 \x01 \x07 \x08 \x1b \x1c \x1f \x7f \x80 \x85 \x91 \x92 \x93 \x94 \x96 \x97 \x9f it\x92s""".split(" ")
WORDS = [w for line in " ".join(WORDS).split("\n") for w in line.split(" ") if w]
GLUE = ["", "", "", " ", " ", " ", "  ", ".", ",", "-", "'", "’", "\u00a0", "\u200b", "/", ". ", ", ", ".  ", "\"", " \""]
ASCII = [chr(c) for c in range(0x20, 0x7F)]
BREAKS = set("\n\r\x0b\x0c\u2028\u2029")
PUNCTUATION = list(".,'-&;:!?#@$/\\()<>\"`_=+%*~^|[]{}")


def any_character(r):
    while True:
        block = r.randrange(0x200) * 0x100 if r.random() < 0.3 else r.randrange(0x100) * 0x100 if r.random() < 0.6 else r.choice([0, 0x100, 0x300, 0x400, 0x500, 0x600, 0x700, 0x900, 0xE00, 0x2000, 0x2100, 0x3000, 0xFF00])
        c = chr(block + r.randrange(0x100))
        if unicodedata.category(c) != "Cs" and c not in BREAKS:
            return c


def caption(r):
    kind = r.random()
    if kind < 0.4:
        return " ".join(r.choice(WORDS) for _ in range(r.randint(1, 8)))
    if kind < 0.65:
        return "".join(r.choice(WORDS) + r.choice(GLUE) for _ in range(r.randint(1, 6)))
    if kind < 0.75:
        return "".join(r.choice(ASCII) for _ in range(r.randint(1, 14)))
    if kind < 0.85:
        return "".join(r.choice("aAnst19U.") if r.random() < 0.6 else r.choice(PUNCTUATION) for _ in range(r.randint(1, 14)))
    if kind < 0.95:
        return "".join(any_character(r) if r.random() < 0.5 else r.choice("aN3 .'-") for _ in range(r.randint(1, 10)))
    return r.choice(WORDS) + any_character(r) + r.choice(WORDS) + " " + any_character(r)


if __name__ == "__main__":
    r = random.Random(int(sys.argv[1]))
    sys.stdout.buffer.write("\n".join(caption(r) for _ in range(int(sys.argv[2]))).encode())
