namespace Broadsheet.Content.Stories.Text;

/// <summary>The words that every text of a language is full of.</summary>
internal static class SmallWords
{
    /// <summary>By language: the articles, pronouns, conjunctions and prepositions of each language.</summary>
    public static readonly (string Language, string List)[] ByLanguage =
    [
        ("en", "the of and to in is that it was for on with as are this be at by from or have not but which they were their had has an we you his her its if would there been who will more when what can so about into than them only other"),
        ("de", "der die das und in den von zu mit sich ist des im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man wenn sein"),
        ("fr", "le la les de des du et en un une que qui est dans pour pas sur au aux ce il ne se plus par avec tout mais ou son sa ses cette elle sont été nous vous comme leur même lui on ont y était fait sans deux ces"),
        ("es", "el la los las de del y en un una que es por con para no se lo su al como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante ni contra otros ese eso fue había era"),
        ("pt", "o a os as de do da dos das e em um uma que é por com para não se no na nos nas ao mais como mas foi ele ela seu sua ou quando muito já eu também só pelo pela até isso entre depois sem mesmo aos seus quem me esse eles você foram são"),
        ("it", "il lo la i gli le di del della dei delle e in un una uno che è per con non si da dal al alla nel nella sono come più anche ma se questo questa o ha su ci era lui loro suo sua essere quando molto dopo fu nei sul dalla"),
        ("nl", "de het een en van in is dat op te zijn met voor niet aan er die maar om ook als bij door naar was heeft uit over worden wordt tot dan nog werd hij ze wat zij hebben deze of meer geen haar hun kan zo veel onder"),
        ("sv", "och i att det som en på är av för med den till inte har de ett om var men sig så han hon vi kan när från jag eller vid efter ska hade än också där nu mot bara alla under utan mycket sin här detta blev"),
        ("da", "og i at det som en på er af for med den til ikke har de et om var men sig så han hun vi kan når fra jeg eller ved efter skal havde end også der nu mod kun alle under uden meget sin her dette blev mig dig hvad hvor blive"),
        ("no", "og i at det som en på er av for med den til ikke har de et om var men seg så han hun vi kan når fra jeg eller ved etter skal hadde enn også der nå mot bare alle under uten mye sin her dette ble meg deg hva hvor bli"),
        ("fi", "ja on ei että se hän oli mutta ovat joka myös kun niin kuin sen ole tai jos vain olla sekä mukaan jo ne siitä tämä hänen voi kanssa nyt mitä jotka vielä sitä ollut jonka tässä ennen olivat en me he"),
        ("pl", "i w na z się do nie jest to że o jak ale po co dla od za przez przy być był jego jej tym oraz tak tego już było ich może są które który która bardzo tylko także gdy jako lub czy ten ta między"),
        ("cs", "a v na se je že s z do o to i ve k pro jako by za si od po ale co jsou nebo byl bylo který která které tak jeho jak při již až také podle není ze jen kde když však ten jejich být ještě"),
        ("hu", "a az és hogy nem is egy ez de van meg csak már mint volt el még ha ezt azt vagy aki ki mert minden lehet szerint után pedig be így ami úgy kell majd nagyon itt ott azonban között sem lesz"),
        ("ro", "și în de la a cu pe nu o un care este din că mai pentru sunt se au fost prin dar sau ce după ca cel cea cei această acest lor lui fi era între când doar până foarte fără despre al ale unei unui"),
        ("tr", "ve bir bu da de için ile çok daha olarak gibi kadar sonra ne o ki en her olan var değil ama şey mi ya ise iki olduğu kendi bunu oldu diye çünkü ancak hiç şu ben sen biz veya tarafından"),
        ("id", "yang dan di ini dengan untuk dari itu dalam tidak pada akan juga ke karena ada mereka oleh saat telah sebagai bisa kami adalah atau saya tersebut lebih sudah dapat harus hanya kita seperti tetapi bahwa menjadi tahun orang"),
        ("vi", "và của là có cho không được người trong một các những này với đã đến khi ra từ cũng để về như nhiều lại vào năm đó ông tôi phải sẽ nhưng trên bị rất nếu còn theo"),
        ("ca", "el la els les de del dels i en un una que és per amb no es al com més però seu seva són aquest aquesta hi ha va també entre quan molt sense sobre fins o ni on tot això després perquè li ens"),
        ("hi", "के का की में है और से को पर यह एक नहीं हैं कि ने भी इस था हो कर जो तो लिए वह थे ही तक या कहा साथ बाद रहा गया"),
        ("mr", "आहे आणि या च्या मध्ये ते हा ही त्या होते नाही केले असे एक की होता आहेत त्यांनी साठी पण"),
    ];
}
