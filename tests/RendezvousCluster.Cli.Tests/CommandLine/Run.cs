using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using RendezvousCluster.Cli.CommandLine;

namespace RendezvousCluster.Cli.Tests.CommandLine;

/// <summary>One run of the tool, in this process.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither the writers nor the source hold anything that has to be freed.")]
internal sealed class Run
{
    private readonly LineWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _exit;

    private Run(string[] arguments) => _exit = Task.Run(() => RendezvousTool.RunAsync(arguments, _output, _error, _stop.Token));

    public string Error => _error.ToString();

    /// <summary>Starts it.</summary>
    public static Run Start(params string[] arguments) => new(arguments);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> ToEndAsync(params string[] arguments)
    {
        var run = new Run(arguments);
        int code = await run._exit.Within();
        return (code, run._output.ToString(), run.Error);
    }

    /// <summary>Runs it to its end, which must be good, and reads its JSON lines.</summary>
    public static async Task<JsonElement[]> ToJsonAsync(params string[] arguments)
    {
        (int code, string output, string error) = await ToEndAsync([.. arguments, "--json"]);
        Assert.True(code == 0, $"exit code {code}: {error}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>The next line of output.</summary>
    public Task<string> NextLineAsync() => _output.Lines.ReadAsync().AsTask().Within();

    /// <summary>The next JSON line, which must tell of that event.</summary>
    public async Task<JsonElement> NextEventAsync(string name)
    {
        var line = JsonElement.Parse(await NextLineAsync());
        Assert.Equal(name, line.GetProperty("event").GetString());
        return line;
    }

    /// <summary>Does what Ctrl-C does; answers the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        int code = await _exit.Within();
        _stop.Dispose();
        return code;
    }

    /// <summary>Hands out whole lines as they are written.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly Channel<string> _lines = Channel.CreateBounded<string>(10_000);
        private readonly StringBuilder _line = new();

        public ChannelReader<string> Lines => _lines.Reader;

        public override void Write(char value)
        {
            base.Write(value);
            Take(value);
        }

        public override void Write(string? value)
        {
            base.Write(value);
            foreach (char character in value ?? "")
            {
                Take(character);
            }
        }

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void WriteLine(string? value) => Write(value + "\n");

        private void Take(char value)
        {
            if (value != '\n')
            {
                _line.Append(value);
                return;
            }

            _lines.Writer.TryWrite(_line.ToString());
            _line.Clear();
        }
    }
}
