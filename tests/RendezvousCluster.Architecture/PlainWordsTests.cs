namespace RendezvousCluster.Architecture;

/// <summary>Plain English with named subjects, in code, comments, logs, pages and names of tests.</summary>
public class PlainWordsTests
{
    [Fact]
    public void Code_and_pages_use_plain_words() =>
        Baseline.Check("BannedWords.txt", PlainWords.Instead, Offences(Sources().Concat(Pages()), PlainWords.Banned));

    [Fact]
    public void Sentences_of_the_pages_name_their_subject() =>
        Baseline.Check(
            "BareBeginnings.txt", "Name the subject instead of beginning with What or Who:", Offences(Pages(), PlainWords.BareBeginnings));

    [Fact]
    public void Sentences_of_comments_name_their_subject() =>
        Assert.Empty(Offences(Sources(), PlainWords.BareComments).Select(offence => $"{offence.Path}:{offence.Line}"));

    [Fact]
    public void Names_of_tests_state_a_behaviour_with_a_named_subject() =>
        Assert.Empty(Offences(SourceTree.Files("tests"), PlainWords.NamelessTests).Select(offence => $"{offence.Path}:{offence.Line}"));

    [Theory]
    [InlineData("// The peer is told so.", 1)]
    [InlineData("// That is no address.", 1)]
    [InlineData("// There is no address.", 0)]
    [InlineData("// It is no longer there.", 0)]
    [InlineData("// Whoever asks gets whatever there is.", 2)]
    [InlineData("TimeSpan patience = StoreDoubt.Limit;", 2)]
    [InlineData("private bool IsTold;", 1)]
    [InlineData("public void A_fault_is_told()", 1)]
    [InlineData("// It is counted and not told.", 1)]
    [InlineData("// Nobody told it to stop.", 0)]
    [InlineData("const string Prefix = \"rehearsal1-\";", 0)]
    [InlineData("// A peer that asks gets an answer.", 0)]
    public void Words_are_found(string text, int offences) => Assert.Equal(offences, PlainWords.Banned(text).Count());

    [Theory]
    [InlineData("Text. What is kept is safe.", 1)]
    [InlineData("Who asks gets it.", 1)]
    [InlineData("| What is kept | x |", 1)]
    [InlineData("What does a node keep?", 0)]
    [InlineData("```\nWhat is kept\n```", 0)]
    [InlineData("The page says what is kept.", 0)]
    public void Bare_beginnings_are_found(string page, int offences) => Assert.Equal(offences, PlainWords.BareBeginnings(page).Count());

    [Theory]
    [InlineData("/// <summary>Who asks.</summary>", 1)]
    [InlineData("// It waits. Who comes second is served.", 1)]
    [InlineData("/// <param name=\"peer\">Who asks.</param>", 0)]
    [InlineData("// Who asks?", 0)]
    [InlineData("// What comes second is served.", 1)]
    [InlineData("/// It waits. What comes second is served.", 1)]
    [InlineData("/// It\n/// waits.\n/// What comes second is served.", 1)]
    [InlineData("/// <summary>What comes second.</summary>", 0)]
    [InlineData("/// <summary>\n/// What comes second.\n/// </summary>", 0)]
    [InlineData("string Who => _who;", 0)]
    public void Bare_comments_are_found(string code, int offences) => Assert.Equal(offences, PlainWords.BareComments(code).Count());

    [Theory]
    [InlineData("    public async Task Who_asks_is_answered()", 1)]
    [InlineData("    public void It_follows_from_its_seed()", 1)]
    [InlineData("    public async Task Refuses_a_peer()", 1)]
    [InlineData("    public void A_peer_that_asks_is_answered()", 0)]
    public void Nameless_tests_are_found(string text, int offences) => Assert.Equal(offences, PlainWords.NamelessTests(text).Count());

    private static IEnumerable<(string Path, string Text)> Sources() =>
        SourceTree.Files("src").Concat(SourceTree.Files("examples")).Concat(SourceTree.Files("tests"))
            .Where(file => !file.Path.StartsWith("tests/RendezvousCluster.Architecture/", StringComparison.Ordinal));

    private static IEnumerable<(string Path, string Text)> Pages() => SourceTree.Pages().Select(page => (page, SourceTree.Read(page)));

    private static IEnumerable<(string Path, int Line)> Offences(
        IEnumerable<(string Path, string Text)> files, Func<string, IEnumerable<int>> find) =>
        from file in files
        where !file.Path.StartsWith("tests/RendezvousCluster.Architecture/", StringComparison.Ordinal)
        from line in find(file.Text)
        select (file.Path, line);
}
