using System.Text.RegularExpressions;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Client.Tests.Documentation;

/// <summary>What the documentation shows in C# compiles as it stands, and the first sample of the library does what it says.</summary>
public sealed class SampleTests
{
    private const string ClientReadme = "src/RendezvousCluster.Client/README.md";

    public static TheoryData<string> PagesWithSamples => new(Sample.Pages().Where(page => Sample.In(page).Any()));

    [Theory]
    [MemberData(nameof(PagesWithSamples))]
    public void Every_sample_compiles_as_it_stands(string page)
    {
        string[] faults = [.. Sample.In(page).SelectMany(sample => sample.Compile())];

        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Fact]
    public void The_pages_are_found_and_so_are_their_faults()
    {
        Assert.Contains(ClientReadme, Sample.Pages());
        Assert.Contains("README.md", Sample.Pages());
        Assert.Contains("examples/README.md", Sample.Pages());
        Assert.True(Sample.In(ClientReadme).Count() >= 2);

        Assert.Equal(
            ["a.md:8: CS0103 The name 'cancellationToken' does not exist in the current context"],
            new Sample("a.md", 7, "int answer = 42;\nConsole.WriteLine(answer + cancellationToken);").Compile());
    }

    [Fact]
    public async Task The_first_sample_registers_discovers_watches_and_unregisters()
    {
        await using RealPoint one = await RealPoint.StartAsync();
        await using RealPoint two = await RealPoint.StartAsync();
        await using RealNode other = await RealNode.StartAsync([one.Address, two.Address]);
        await using RegistrationHandle there = await other.Client.RegisterAsync("chat").Within();
        await using ChildProcess sample = await StartAsync(Sample.In(ClientReadme).First(), one.Address, two.Address);

        await sample.Explain(ReadToAsync($"{other.Host.PeerId} at /ip4/127.0.0.1/tcp/").Within());
        await sample.Explain(ReadToAsync($"Joined {other.Host.PeerId}").Within());
        Assert.Equal(2, await CountAsync());

        sample.Interrupt();

        await sample.Explain(ReadToAsync("Unregistering.").Within());
        Assert.Equal(0, await sample.ExitAsync());
        Assert.Equal(1, await CountAsync());

        async Task ReadToAsync(string beginning)
        {
            while (await sample.ReadLineAsync() is { } line)
            {
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                {
                    return;
                }
            }

            Assert.Fail($"It ended without a line that begins with: {beginning}");
        }

        async Task<int> CountAsync() => (await other.Client.DiscoverAsync("chat").AllAsync().Within()).Count;
    }

    // The readers' points and port are not here: in their place come these, and any port of loopback.
    private static async Task<ChildProcess> StartAsync(Sample sample, params string[] points)
    {
        int next = 0;
        string code = Regex.Replace(sample.Code, "\"/dns4/[^\"]+\"", _ => $"\"{points[next++]}\"")
            .Replace("/ip4/0.0.0.0/tcp/4001", "/ip4/127.0.0.1/tcp/0", StringComparison.Ordinal);
        Assert.Equal(points.Length, next);

        // Beside the libraries that it needs, and with what these tests know of them.
        string tests = Path.Combine(AppContext.BaseDirectory, "RendezvousCluster.Client.Tests");
        string program = Path.Combine(AppContext.BaseDirectory, "sample.dll");
        await using (FileStream file = File.Create(program))
        {
            Assert.Empty((sample with { Code = code }).Compile(file));
        }

        return ChildProcess.Start(
            "the sample", "dotnet", ["exec", "--runtimeconfig", $"{tests}.runtimeconfig.json", "--depsfile", $"{tests}.deps.json", program],
            AppContext.BaseDirectory);
    }
}
