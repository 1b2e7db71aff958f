namespace RendezvousCluster.Architecture;

/// <summary>Compares with a text file under <c>Expected</c>, or rewrites it when <c>UPDATE_EXPECTED</c> is set.</summary>
internal static class Expected
{
    private const string UpdateVariable = "UPDATE_EXPECTED";

    public static void Equals(string fileName, string actual)
    {
        string path = SourceTree.Expectation(fileName); // a full path stays what it is
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected != actual)
        {
            string[] removed = [.. expected.Split('\n').Except(actual.Split('\n')).Select(line => "- " + line)];
            string[] added = [.. actual.Split('\n').Except(expected.Split('\n')).Select(line => "+ " + line)];
            Assert.Fail(
                $"{path} differs. If the change is wanted, run with {UpdateVariable}=1 and commit the "
                + $"file.\n{string.Join('\n', removed.Concat(added))}");
        }
    }
}
