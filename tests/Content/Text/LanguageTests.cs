using System.Diagnostics;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;
using CsCheck;

namespace Broadsheet.Content.Tests.Text;

public sealed class LanguageTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("en", "The harbour was built on mud, and every winter the tide brings more of it in. What is dredged out is carried to the open sea.")]
    [InlineData("de", "Der Hafen wurde auf Schlick gebaut, und jeden Winter bringt die Flut mehr davon. Was man ausbaggert, wird auf das offene Meer gebracht.")]
    [InlineData("fr", "Le port est construit sur la vase, et chaque hiver la marée en apporte encore. Ce que l'on drague est emporté au large par des bateaux.")]
    [InlineData("es", "El puerto se construyó sobre el fango y cada invierno la marea trae más. Lo que se draga es llevado al mar abierto por los barcos.")]
    [InlineData("pt", "O porto foi construído sobre a lama, e em cada inverno a maré traz mais. O que não é dragado fica no fundo, onde os navios já não passam.")]
    [InlineData("it", "Il porto è costruito sul fango, e ogni inverno la marea ne porta di più. Quello che si draga è portato al largo con le navi della città.")]
    [InlineData("nl", "De haven is op modder gebouwd en elke winter brengt het tij er meer van. Wat wordt gebaggerd, gaat met een schip naar de open zee.")]
    [InlineData("sv", "Hamnen är byggd på lera, och varje vinter för tidvattnet in mer av den. Det som muddras upp körs ut till öppet hav och sjunker där.")]
    [InlineData("da", "Havnen er bygget på mudder, og hver vinter bringer tidevandet mere af det. Det, som bliver gravet op, sejles ud på åbent hav af et skib.")]
    [InlineData("no", "Havnen er bygget på mudder, og hver vinter fører tidevannet inn mer av det. Det som blir gravd opp, fraktes ut på åpent hav av et skip.")]
    [InlineData("fi", "Satama on rakennettu mudan päälle, ja joka talvi vuorovesi tuo sitä lisää. Se mitä ruopataan, viedään avomerelle, eikä se ole vielä palannut.")]
    [InlineData("pl", "Port został zbudowany na mule i każdej zimy przypływ przynosi go więcej. To, co się pogłębia, jest wywożone na otwarte morze przez statki.")]
    [InlineData("cs", "Přístav je postaven na bahně a každou zimu ho příliv přinese více. To, co se vybagruje, se odváží na otevřené moře, kde to klesne ke dnu.")]
    [InlineData("hu", "A kikötő iszapra épült, és minden télen az ár még többet hoz. Amit kikotornak, azt a nyílt tengerre viszik, de nem minden marad ott.")]
    [InlineData("ro", "Portul a fost construit pe nămol și în fiecare iarnă mareea aduce mai mult. Ce este dragat se duce în larg, dar nu tot rămâne acolo.")]
    [InlineData("tr", "Liman çamurun üzerine kuruldu ve her kış gelgit daha çok çamur getirir. Taranan çamur açık denize götürülür ama bir kısmı geri döner.")]
    [InlineData("id", "Pelabuhan itu dibangun di atas lumpur, dan setiap musim air pasang membawa lebih banyak. Lumpur yang dikeruk dibawa ke laut dengan kapal.")]
    [InlineData("vi", "Cảng được xây trên bùn và mỗi mùa đông thủy triều lại mang thêm bùn vào. Những gì được nạo vét sẽ được đưa ra biển với các tàu lớn.")]
    [InlineData("ca", "El port es va construir sobre el fang, i cada hivern la marea en porta més. Això que es draga és portat mar endins amb els vaixells del port.")]
    [InlineData("ru", "Гавань построена на иле, и каждую зиму прилив приносит его всё больше. То, что вычерпали, вывозят в открытое море.")]
    [InlineData("uk", "Гавань збудована на мулі, і щозими приплив приносить його ще більше. Те, що вичерпали, вивозять у відкрите море.")]
    [InlineData("bg", "Пристанището е построено върху тиня и всяка зима приливът донася още. Това, което се изгребва, се откарва в открито море.")]
    [InlineData("sr", "Лука је саграђена на муљу и сваке зиме плима доноси још више. Оно што се ископа одвози се на отворено море.")]
    [InlineData("el", "Το λιμάνι χτίστηκε πάνω στη λάσπη και κάθε χειμώνα η παλίρροια φέρνει κι άλλη.")]
    [InlineData("he", "הנמל נבנה על בוץ, ובכל חורף הגאות מביאה עוד ממנו אל תוך הרציף.")]
    [InlineData("ar", "بني الميناء على الطين وفي كل شتاء يجلب المد المزيد منه إلى الداخل.")]
    [InlineData("fa", "بندر روی گل ساخته شده است و هر زمستان جزر و مد گل بیشتری می‌آورد.")]
    [InlineData("ur", "بندرگاہ کیچڑ پر بنائی گئی ہے اور ہر سردی میں لہریں مزید کیچڑ لاتی ہیں۔")]
    [InlineData("hi", "बंदरगाह कीचड़ पर बना है और हर सर्दी में ज्वार और कीचड़ ले आता है। जो निकाला जाता है वह समुद्र में डाल दिया जाता है।")]
    [InlineData("th", "ท่าเรือสร้างอยู่บนโคลน และทุกฤดูหนาวน้ำขึ้นก็พาโคลนเข้ามาอีก")]
    [InlineData("ko", "항구는 진흙 위에 지어졌고 겨울마다 밀물이 더 많은 진흙을 가져온다.")]
    [InlineData("ja", "港は泥の上に築かれ、冬ごとに潮がさらに泥を運んでくる。")]
    [InlineData("zh", "港口建在淤泥之上,每年冬天潮水都会带来更多的淤泥。")]
    [InlineData("und", "Ada Byron, Charles Babbage, Hedy Lamarr, Grace Hopper, Alan Turing, Mary Somerville, Kurt Gödel, Emmy Noether")]
    [InlineData("und", "12 345 — 67 % (8/9)")]
    [InlineData("und", "Gavia immer, Larus marinus, Sterna hirundo, Morus bassanus, Alca torda, Uria aalge, Cepphus grylle, Fratercula arctica")]
    [InlineData("und", "The harbour")]
    [InlineData("und", "")]
    public void Detect_names_the_language_or_says_that_it_does_not_know(string language, string text) => Assert.Equal(language, Language.Detect(text));

    [Theory]
    [InlineData("en", "ru")]
    [InlineData("en-US", "ru")]
    [InlineData("ru", "ru")]
    [InlineData("", "ru")]
    [InlineData("und", "ru")]
    [InlineData("be", "be")]
    [InlineData("kk", "kk")]
    [InlineData("sr", "sr")]
    public void Settle_keeps_the_stated_language_unless_it_is_plainly_wrong(string stated, string settled) =>
        Assert.Equal(settled, Language.Settle(stated, new Story { PlainText = "Гавань построена на иле, и каждую зиму прилив приносит его всё больше." }));

    [Fact]
    public void Settle_does_not_doubt_a_stated_language_of_the_same_script() =>
        Assert.Equal("fr", Language.Settle("fr", new Story { PlainText = "The harbour was built on mud, and every winter the tide brings more of it in." }));

    [Fact]
    public void Detect_takes_any_text() =>
        Gen.String[Gen.Char, 0, 300].Sample(text => Assert.InRange(Language.Detect(text).Length, 2, 3), iter: 5_000);

    [Fact]
    public void Detect_costs_less_than_two_milliseconds()
    {
        var text = string.Concat(Enumerable.Repeat("The harbour was built on mud, and every winter the tide brings more of it in. ", 1_000));
        Language.Detect(text);
        var started = Stopwatch.GetTimestamp();
        for (var run = 0; run < 100; run++)
        {
            Language.Detect(text);
        }

        var each = Stopwatch.GetElapsedTime(started) / 100;
        output.WriteLine($"{each.TotalMilliseconds:0.000} ms a story");
        Assert.InRange(each, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
    }
}
