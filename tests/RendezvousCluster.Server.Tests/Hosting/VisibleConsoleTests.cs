using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
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

    /// <summary>As the server runs by default: the stack is for those who look for a fault.</summary>
    [Fact]
    public void An_exception_of_a_library_is_written_in_one_line_without_its_stack()
    {
        string written = Write(
            ConsoleFormatterNames.Simple, "It failed.", Thrown(),
            services => services.AddSingleton(provider => new LibraryLines(
                provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(), TimeProvider.System)));

        AssertHarmless(written);
        Assert.Single(written.TrimEnd().Split('\n'));
        Assert.Matches("It failed: InvalidOperationException, evil.*IOException, the cause evil", written);
        Assert.DoesNotContain(" at ", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_values_of_a_line_by_their_names_and_nothing_that_a_terminal_obeys()
    {
        using var output = new StringWriter();
        FormatterOf(ConsoleFormatterNames.Json, _ => { }).Write(
            new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
                LogLevel.Warning, "RendezvousCluster.Server", new EventId(3104), [new("Count", 7), new("Source", Hostile)], null,
                (_, _) => "7 connections"),
            scopeProvider: null, output);

        JsonElement line = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.Single(output.ToString().TrimEnd().Split('\n'));
        AssertHarmless(output.ToString());
        Assert.Equal(3104, line.GetProperty("EventId").GetInt32());
        Assert.Equal("Warning", line.GetProperty("LogLevel").GetString());
        Assert.Equal("RendezvousCluster.Server", line.GetProperty("Category").GetString());
        Assert.Equal("7 connections", line.GetProperty("Message").GetString());
        Assert.Equal(7, line.GetProperty("State").GetProperty("Count").GetInt32());
        Assert.Equal("rendezvous-server", line.GetProperty("State").GetProperty("service.name").GetString());
        Assert.Contains("evil\\u001b", line.GetProperty("State").GetProperty("Source").GetString(), StringComparison.Ordinal);
    }

    private static string Write(string name, string message, Exception? exception, Action<IServiceCollection>? more = null)
    {
        using var output = new StringWriter();
        FormatterOf(name, more ?? (_ => { })).Write(
            new LogEntry<string>(LogLevel.Warning, "Akka.Actor", new EventId(7), message, exception, (text, _) => text),
            scopeProvider: null, output);
        return output.ToString();
    }

    private static ConsoleFormatter FormatterOf(string name, Action<IServiceCollection> more)
    {
        var services = new ServiceCollection();
        more(services);
        services.AddLogging(logging =>
            logging.AddSimpleConsole(format => (format.SingleLine, format.ColorBehavior) = (true, LoggerColorBehavior.Disabled)));
        VisibleConsole.Guard(services);
        return services.BuildServiceProvider().GetServices<ConsoleFormatter>().Single(candidate => candidate.Name == name);
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
