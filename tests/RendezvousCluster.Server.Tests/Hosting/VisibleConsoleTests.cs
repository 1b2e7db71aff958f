using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Hosting;

/// <summary>What the libraries in the server quote of strangers comes out as one line without anything that a terminal obeys.</summary>
public sealed class VisibleConsoleTests
{
    private const string Hostile = "evil\u001b]0;title\u0007\u001b[31m\nwarn: FAKE ROW\u202e";

    private static readonly string[] Formats = [ConsoleFormatterNames.Json, ConsoleFormatterNames.Simple, ConsoleFormatterNames.Systemd];

    public static TheoryData<string> Names => new(Formats);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_one_line_in_every_format(string name)
    {
        string written = Write(name, Hostile, exception: null);

        AssertHarmless(written);
        Assert.Single(written.TrimEnd().Split('\n'));
        Assert.Contains("u001b]0;title", written, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_messages_of_exceptions_are_visible_and_their_stacks_are_written(string name)
    {
        string written = Write(name, "It failed", Thrown());

        AssertHarmless(written);
        Assert.Contains("FAKE ROW", written, StringComparison.Ordinal);
        Assert.Contains("the cause", written, StringComparison.Ordinal);
        Assert.Contains(nameof(InvalidOperationException), written, StringComparison.Ordinal);
        Assert.Contains($"at {typeof(VisibleConsoleTests).FullName}.{nameof(Thrown)}", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_message_is_cut()
    {
        string written = Write(ConsoleFormatterNames.Simple, new string('x', 1_000_000), exception: null);

        Assert.InRange(written.Length, 1_000, VisibleConsole.MaxMessageLength + 200);
        Assert.EndsWith("x…", written.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_server_writes_through_it_in_every_format()
    {
        using IHost host = ServerHost.Create(new ServerOptions());

        Assert.Equal(Formats, host.Services.GetServices<ConsoleFormatter>().Select(formatter => formatter.Name).Order());
        Assert.All(host.Services.GetServices<ConsoleFormatter>(), formatter => Assert.IsType<VisibleConsole>(formatter));
    }

    private static string Write(string name, string message, Exception? exception)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging =>
            logging.AddSimpleConsole(format => (format.SingleLine, format.ColorBehavior) = (true, LoggerColorBehavior.Disabled)));
        VisibleConsole.Guard(services);
        using ServiceProvider provider = services.BuildServiceProvider();
        ConsoleFormatter formatter = provider.GetServices<ConsoleFormatter>().Single(candidate => candidate.Name == name);
        using var output = new StringWriter();
        formatter.Write(
            new LogEntry<string>(LogLevel.Warning, "Akka.Actor", new EventId(7), message, exception, (text, _) => text),
            scopeProvider: null, output);
        return output.ToString();
    }

    private static void AssertHarmless(string written)
    {
        Assert.DoesNotContain(written, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain('\u202e', written);
        Assert.DoesNotContain("\nwarn: FAKE", written, StringComparison.Ordinal);
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException(Hostile, new AggregateException(new IOException("the cause " + Hostile)));
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }
}
