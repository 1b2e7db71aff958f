using System.Globalization;
using System.Text.Json;
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
        AddFile(configuration, Path.Combine(AppContext.BaseDirectory, "appsettings.json"), isOptional: true);
        AddFile(configuration, Path.GetFullPath("appsettings.json"), isOptional: true);
        if (file is not null)
        {
            AddFile(configuration, Path.GetFullPath(file), isOptional: false);
        }

        configuration.AddEnvironmentVariables();
        Check((IConfigurationRoot)configuration);
    }

    /// <summary>The settings of all sources together.</summary>
    /// <exception cref="ServerStartException">A value cannot be read.</exception>
    public static ServerOptions Bind(IConfiguration configuration)
    {
        try
        {
            return configuration.GetSection(ServerOptions.Section).Get<ServerOptions>() ?? new ServerOptions();
        }
        catch (InvalidOperationException exception)
        {
            // What can be told better, Check has told. The binder's own words are for programmers.
            throw new ServerStartException(
                $"The configuration cannot be used: a value in section {ServerOptions.Section} cannot be read.", exception);
        }
    }

    /// <summary>Refuses keys and values that the server does not know, each by the name of its source.</summary>
    /// <exception cref="ServerStartException">There are some.</exception>
    public static void Check(IConfigurationRoot configuration)
    {
        IReadOnlyList<string> failures = SettingKeys.Check(
            configuration.GetSection(ServerOptions.Section), typeof(ServerOptions), path => SettingSource.Of(configuration, path));
        if (failures.Count > 0)
        {
            throw new ServerStartException(string.Join(' ', failures));
        }

        _ = Bind(configuration);
    }

    private static void AddFile(IConfigurationManager configuration, string file, bool isOptional)
    {
        if (!isOptional && !File.Exists(file))
        {
            throw new ServerStartException($"The settings file '{file}' is not there.");
        }

        try
        {
            configuration.AddJsonFile(file, isOptional);
        }
        catch (Exception exception)
            when (exception is InvalidDataException or FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerStartException(Explain(file, exception), exception);
        }
    }

    private static string Explain(string file, Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case JsonException { LineNumber: { } line } json:
                    // The parser counts from 0, and notices a missing comma only at what comes next.
                    string reason = json.Message.Split(" LineNumber:")[0].TrimEnd('.');
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"The file '{file}' is no JSON file: {reason}, at line {line + 1} or just before it.");
                case FormatException format when cause.InnerException is null:
                    return $"The file '{file}' cannot be used: {format.Message}";
                case UnauthorizedAccessException:
                    return $"The file '{file}' may not be read by this user.";
            }
        }

        return $"The file '{file}' cannot be read: {exception.GetBaseException().Message}";
    }
}
