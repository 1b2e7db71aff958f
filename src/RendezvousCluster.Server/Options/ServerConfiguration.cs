using RendezvousCluster.Server.Hosting;

namespace RendezvousCluster.Server.Options;

/// <summary>
/// Where settings come from, each laid over the one before: <c>appsettings.json</c> beside the program, the one in the working directory, the file that
/// <c>--config</c> names, environment variables. The command line's options come last, and elsewhere.
/// </summary>
internal static class ServerConfiguration
{
    /// <summary>Adds the sources. The file of <c>--config</c> must be there if one was named.</summary>
    /// <exception cref="ServerStartException">One cannot be read, or has a key or a value that the server does not know.</exception>
    public static void Add(IConfigurationManager configuration, string? file)
    {
        try
        {
            configuration
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true);
            if (file is not null)
            {
                configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
            }

            configuration.AddEnvironmentVariables();
            // A first look, for the message.
            _ = Bind(configuration);
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // What is no JSON is told by file outside and by line inside.
            string reason = exception is InvalidDataException { InnerException: { } inner } ? $"{exception.Message} {inner.Message}" : exception.Message;
            throw new ServerStartException($"The configuration cannot be used: {reason}", exception);
        }
    }

    /// <summary>The settings of all sources together.</summary>
    /// <exception cref="InvalidOperationException">A key is misspelt, or a value is none of its kind; neither is passed over.</exception>
    public static ServerOptions Bind(IConfiguration configuration) =>
        configuration.GetSection(ServerOptions.Section).Get<ServerOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new ServerOptions();
}
