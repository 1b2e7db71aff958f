namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Keeps files and directories for the server's user alone. New ones are made so, regardless of the umask; what is there and wider is
/// narrowed, because an older server made it so, or a copy did. A file of another user cannot be narrowed, and the caller learns of
/// it. Elsewhere than on Unix there are no such modes, and nothing is done.
/// </summary>
internal static class OwnerOnly
{
    /// <summary>0700.</summary>
    internal const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>0600.</summary>
    internal const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a directory that is missing, with what leads to it.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, DirectoryMode);
        }
    }

    /// <summary>
    /// Makes an empty file if there is none. One that is there is not opened, since .NET locks what it opens, and somebody else may have it
    /// locked.
    /// </summary>
    public static void CreateFile(string path)
    {
        if (Path.Exists(path))
        {
            return;
        }

        var options = new FileStreamOptions { Mode = System.IO.FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        using var file = new FileStream(path, options);
    }

    /// <summary>Takes from others what they may do with a file or directory.</summary>
    /// <returns>A sentence for the operator when that was something; null when it was nothing.</returns>
    public static string? Narrow(string path)
    {
        if (OperatingSystem.IsWindows() || (!File.Exists(path) && !Directory.Exists(path)))
        {
            return null;
        }

        UnixFileMode mode = File.GetUnixFileMode(path);
        if ((mode & Others) == 0)
        {
            return null;
        }

        try
        {
            File.SetUnixFileMode(path, mode & ~Others);
            return $"'{path}' was open to other users of this machine (mode {Octal(mode)}); its mode is {Octal(mode & ~Others)} now.";
        }
        catch (UnauthorizedAccessException)
        {
            return $"'{path}' is open to other users of this machine (mode {Octal(mode)}) and belongs to one of them, so that this "
                + "server cannot change that; "
                + "a user who reads it knows all registrations, and a user who may lock it can keep this server from starting.";
        }
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, toBase: 8).PadLeft(4, '0');
}
