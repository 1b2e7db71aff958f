using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// Words that a stranger has to decode. Each has a plain one: an actor that does something is named, and so is the thing that something is
/// done to.
/// </summary>
internal static partial class PlainWords
{
    public const string Instead =
        "Name the subject: 'the peer that ...' instead of whoever, 'regardless of ...' instead of whatever, 'gets', 'hears' or 'reports' "
        + "instead of 'is told', 'is not a ...' instead of 'is no ...'. And: warm-up (rehearsal), departure or last frames (farewell), "
        + "metrics or values (figures), suspicion (doubt), stale-read entity (stand-in), incompatibility (WhyApart), waiting time "
        + "(patience):";

    /// <summary>
    /// The lines, counted from one and once for each word, at which a word stands that has a plain one. A name with underscores, as tests
    /// have, is a sentence.
    /// </summary>
    public static IEnumerable<int> Banned(string text) => Lines(text.Replace('_', ' '), Word());

    /// <summary>The lines of a page at which a sentence, a list item or a cell begins with a bare What or Who and asks nothing.</summary>
    public static IEnumerable<int> BareBeginnings(string page) =>
        Lines(Fence().Replace(page, fence => AllButLineBreaks().Replace(fence.Value, "")), Beginning());

    /// <summary>
    /// The lines of code at which a sentence of a comment begins with a bare Who, Whom, Whose or What and asks nothing. A summary may be a
    /// noun that begins with What.
    /// </summary>
    public static IEnumerable<int> BareComments(string code) => Lines(code, CommentBeginning());

    /// <summary>Names of tests that begin without their subject: the behaviour of what?</summary>
    public static IEnumerable<int> NamelessTests(string text) => Lines(text, NamelessTest());

    private static IEnumerable<int> Lines(string text, Regex pattern) =>
        pattern.Matches(text).Select(match => text.AsSpan(0, match.Index).Count('\n') + 1);

    // Journals hold "rehearsal1-" at the beginning of ids, which therefore stays.
    [GeneratedRegex(
        @"\b(is|are|was|were|be|been|being|not|nor|neither|unless|last) told\b|\btold (of|so|off|apart|as|otherwise)\b"
        + @"|(?<!there )\b(is|are|was|were) no (?!longer|more)|\b(who|whom|what)ever\b"
        + @"|rehears(?!al1-)|farewell"
        + @"|\bfigures?\b|doubt|\bstand-?ins?\b|StandIn|stood in for|manieth|patience|WhyApart|IsSaid|IsTold|IsLetGo",
        RegexOptions.IgnoreCase)]
    private static partial Regex Word();

    [GeneratedRegex(@"(?:(?<=[.;:!] )|(?<=\| )|(?<=^)|(?<=\*\*)|(?<=- ))(What|Who|Whom|Whose)\b(?![^.|]*\?)", RegexOptions.Multiline)]
    private static partial Regex Beginning();

    [GeneratedRegex(
        @"//[^\n]*((?<=<summary>|<remarks>|// |[.;:] )(Who|Whom|Whose)"
        + @"|(?<=[.;:] |(?<!<(?:summary|remarks)>\s*)(?<!/)///? )What)\b(?![^.\n]*\?)")]
    private static partial Regex CommentBeginning();

    [GeneratedRegex(
        @"\bpublic (async )?(Task|ValueTask|void) ((Who|Whom|Whose|What|However|It|They|Those|These|Is|Are|Has|Does|Where|Whether)_"
        + @"|(One_that|Tells|Refuses|Knows|Keeps|Goes|Gives|Lets|Makes|Says|Finds|Takes|Begins|Ends)_)[\w]*\(")]
    private static partial Regex NamelessTest();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("[^\n]")]
    private static partial Regex AllButLineBreaks();
}
