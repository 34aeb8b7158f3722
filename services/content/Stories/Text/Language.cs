using System.Collections.Frozen;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Stories.Text;

/// <summary>
/// The language of a text, by its script and, where several languages share one, by the small words that every text is
/// full of. Answers <see cref="Unknown"/> where these don't decide: a wrong tag does more harm than none.
/// </summary>
internal static class Language
{
    /// <summary>The tag of a text whose language is not known.</summary>
    public const string Unknown = "und";

    // More text does not change the answer.
    private const int MaxSample = 6_000;
    private const int MaxWord = 24;

    // Of a text shorter than this even the script may be a name's.
    private const int LeastLetters = 20;
    private const int LeastWords = 8;

    // The share of small words is 20 % and more in prose; a list of names in a language has hardly any.
    private const double LeastShare = 0.08;
    private const double LeastLead = 1.25;

    private static readonly FrozenDictionary<string, (int Language, double Weight)[]> LanguagesByWord = Weigh();
    private static readonly FrozenDictionary<string, (int Language, double Weight)[]>.AlternateLookup<ReadOnlySpan<char>> LanguagesBySpan =
        LanguagesByWord.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// The tag to keep for a story: the stated one, unless it is missing or plainly wrong (a script that the language is
    /// not written in); then the one that the text shows.
    /// </summary>
    public static string Settle(string stated, Story story)
    {
        var sample = Sample(story);
        return stated.Length > 0 && stated != Unknown && !Contradicts(stated, sample) ? stated : Detect(sample);
    }

    /// <summary>The tag that the text shows, or <see cref="Unknown"/>.</summary>
    public static string Detect(ReadOnlySpan<char> text)
    {
        var sample = text[..Math.Min(text.Length, MaxSample)];
        var scripts = Count(sample);
        var letters = scripts.Sum();
        var script = Array.IndexOf(scripts, scripts.Max());
        if (letters < LeastLetters && (Script)script is not (Script.Han or Script.Kana or Script.Hangul) || letters < 4 || scripts[script] * 10 < letters * 6)
        {
            // Japanese mixes Han and Kana; nothing else mixes scripts half and half.
            return scripts[(int)Script.Kana] > 0 && (scripts[(int)Script.Kana] + scripts[(int)Script.Han]) * 10 >= letters * 6 && letters >= 4 ? "ja" : Unknown;
        }

        return (Script)script switch
        {
            Script.Greek => "el",
            Script.Hebrew => "he",
            Script.Thai => "th",
            Script.Hangul => "ko",
            Script.Kana => "ja",
            Script.Han => scripts[(int)Script.Kana] * 20 > letters ? "ja" : "zh",
            Script.Cyrillic => Cyrillic(sample),
            Script.Arabic => Arabic(sample),
            Script.Devanagari => BySmallWords(sample),
            Script.Latin => BySmallWords(sample),
            _ => Unknown,
        };
    }

    /// <summary>True if the text is in a script that the stated language is not written in.</summary>
    public static bool Contradicts(string stated, ReadOnlySpan<char> text)
    {
        var primary = stated.Split('-', 2)[0].ToLowerInvariant();
        var expected = ScriptsOf(primary);
        var scripts = Count(text[..Math.Min(text.Length, MaxSample)]);
        var letters = scripts.Sum();
        if (expected.Length == 0 || letters < LeastLetters)
        {
            return false;
        }

        // A tag such as sr-Latn or zh-Latn-pinyin says its script itself.
        var own = Array.Exists(stated.Split('-'), part => part.Equals("Latn", StringComparison.OrdinalIgnoreCase)) ? scripts[(int)Script.Latin] : 0;
        return (expected.Sum(script => scripts[(int)script]) + own) * 5 < letters;
    }

    private static string Sample(Story story)
    {
        var text = story.PlainText.Length > 0 ? story.PlainText : story.Title;
        return text.Length <= MaxSample ? text : text[..MaxSample];
    }

    private static int[] Count(ReadOnlySpan<char> text)
    {
        var counts = new int[(int)Script.Other + 1];
        foreach (var character in text)
        {
            if (char.IsLetter(character))
            {
                counts[(int)Of(character)]++;
            }
        }

        return counts;
    }

    private static Script Of(char letter) => letter switch
    {
        <= '\u024F' or (>= '\u1E00' and <= '\u1EFF') or (>= '\uFF21' and <= '\uFF5A') => Script.Latin,
        >= '\u0370' and <= '\u03FF' or (>= '\u1F00' and <= '\u1FFF') => Script.Greek,
        >= '\u0400' and <= '\u052F' => Script.Cyrillic,
        >= '\u0590' and <= '\u05FF' => Script.Hebrew,
        >= '\u0600' and <= '\u06FF' or (>= '\u0750' and <= '\u077F') or (>= '\uFB50' and <= '\uFEFC') => Script.Arabic,
        >= '\u0900' and <= '\u097F' => Script.Devanagari,
        >= '\u0E00' and <= '\u0E7F' => Script.Thai,
        >= '\u1100' and <= '\u11FF' or (>= '\uAC00' and <= '\uD7AF') => Script.Hangul,
        >= '\u3040' and <= '\u30FF' => Script.Kana,
        >= '\u3400' and <= '\u9FFF' => Script.Han,
        _ => Script.Other,
    };

    private static Script[] ScriptsOf(string language) => language switch
    {
        "en" or "de" or "fr" or "es" or "pt" or "it" or "nl" or "sv" or "da" or "no" or "nb" or "nn" or "fi" or "pl" or "cs" or "sk" or "hu" or "ro" or "tr" or "id" or "ms" or "vi" or "ca"
            or "hr" or "sl" or "et" or "lv" or "lt" or "is" or "ga" or "eu" or "gl" => [Script.Latin],
        "ru" or "uk" or "bg" or "be" or "mk" => [Script.Cyrillic],
        "sr" => [Script.Cyrillic, Script.Latin],
        "el" => [Script.Greek],
        "he" => [Script.Hebrew],
        "ar" or "fa" or "ur" => [Script.Arabic],
        "hi" or "mr" or "ne" => [Script.Devanagari],
        "th" => [Script.Thai],
        "ko" => [Script.Hangul, Script.Han],
        "ja" => [Script.Kana, Script.Han],
        "zh" => [Script.Han],
        _ => [],
    };

    /// <summary>Languages in Cyrillic have letters of their own, which stand in every few words.</summary>
    private static string Cyrillic(ReadOnlySpan<char> text) =>
        Has(text, "әғқңөұүһҗҡҥҫҳӣӯ") ? Unknown
        : Has(text, "ў") && Has(text, "ы") ? "be"
        : Has(text, "іїєґ") && !Has(text, "ыэё") ? "uk"
        : Has(text, "ђћ") ? "sr"
        : Has(text, "ѓќѕ") ? "mk"
        : Has(text, "ј") ? "sr"
        : Has(text, "ыэё") ? "ru"
        : Has(text, "ъ") ? "bg" : Unknown;

    private static string Arabic(ReadOnlySpan<char> text) =>
        Has(text, "ښځړۍەێۆڵڕ") ? Unknown : Has(text, "ےںٹ") ? "ur" : Has(text, "پچژگی") ? "fa" : "ar";

    private static bool Has(ReadOnlySpan<char> text, string letters)
    {
        foreach (var character in text)
        {
            if (letters.Contains(char.ToLowerInvariant(character), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string BySmallWords(ReadOnlySpan<char> text)
    {
        Span<double> scores = stackalloc double[SmallWords.ByLanguage.Length];
        Span<char> word = stackalloc char[MaxWord];
        var words = 0;
        var length = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && (char.IsLetter(text[at]) || char.GetUnicodeCategory(text[at]) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark))
            {
                if (length < MaxWord)
                {
                    word[length] = char.ToLowerInvariant(text[at]);
                }

                length++;
                continue;
            }

            if (length > 0)
            {
                words++;
                if (length <= MaxWord && LanguagesBySpan.TryGetValue(word[..length], out var languages))
                {
                    foreach (var (language, weight) in languages)
                    {
                        scores[language] += weight;
                    }
                }
            }

            length = 0;
        }

        var (best, second) = (0, -1);
        for (var language = 1; language < scores.Length; language++)
        {
            if (scores[language] > scores[best])
            {
                (best, second) = (language, best);
            }
            else if (second < 0 || scores[language] > scores[second])
            {
                second = language;
            }
        }

        return words >= LeastWords && scores[best] >= words * LeastShare && scores[best] >= scores[second] * LeastLead ? SmallWords.ByLanguage[best].Language : Unknown;
    }

    // A word that several languages have tells less of each.
    private static FrozenDictionary<string, (int Language, double Weight)[]> Weigh()
    {
        var languages = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var language = 0; language < SmallWords.ByLanguage.Length; language++)
        {
            foreach (var word in SmallWords.ByLanguage[language].List.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var list = languages.TryGetValue(word, out var known) ? known : languages[word] = [];
                if (!list.Contains(language))
                {
                    list.Add(language);
                }
            }
        }

        return languages.ToFrozenDictionary(
            entry => entry.Key, entry => entry.Value.Select(language => (language, 1.0 / Math.Sqrt(entry.Value.Count))).ToArray(), StringComparer.Ordinal);
    }

    private enum Script
    {
        Latin,
        Greek,
        Cyrillic,
        Hebrew,
        Arabic,
        Devanagari,
        Thai,
        Hangul,
        Kana,
        Han,
        Other,
    }
}
