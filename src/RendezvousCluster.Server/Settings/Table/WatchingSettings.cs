using System.Net;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>What an operator sees of the server.</summary>
internal static class WatchingSettings
{
    public static readonly Setting[] Rows =
    [
        Setting.Of(
            options => options.Management,
            new TextType(
                "address:port|none", $"an address and port, such as {ServerOptions.DefaultManagement}, or '{ServerOptions.NoManagement}'",
                text => text is ServerOptions.NoManagement || IPEndPoint.TryParse(text, out _)),
            "Serve /healthz, /readyz and /metrics (Prometheus) over HTTP on this address and port, or not at all: none.") with
        {
            Options = ["--management"],
            DefaultInWords = $"{ServerOptions.DefaultManagement}, or a free port of loopback if that is taken",
        },
        Setting.Of(
            options => options.TraceEndpoint,
            new TextType("url", "an http or https URL, such as http://127.0.0.1:4318", IsUrl),
            "Send a trace of every request to this collector (OTLP over HTTP), such as http://127.0.0.1:4318.") with
        {
            Options = ["--trace-endpoint"],
            DefaultInWords = "nothing is traced",
        },
        Setting.Of(
            options => options.LogLevel, new ChoiceType<LogLevel>(),
            "How much to log to standard error: Trace, Debug, Information, Warning, Error, Critical or None.") with
        {
            Options = ["--log-level"],
            OptionValue = "level",
        },
        Setting.Of(
            options => options.LogFormat, new ChoiceType<LogFormat>(),
            "How to write the log: Text, a line for people, or Json, an object a line with time, level, category, event and fields.") with
        {
            Options = ["--log-format"],
            OptionValue = "text|json",
        },
    ];

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";
}
