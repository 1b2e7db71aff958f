namespace RendezvousCluster.Settings;

/// <summary>Reads the bytes of a settings file, and never more than one can have: a device may be named that never ends.</summary>
internal static class SettingsFile
{
    /// <summary>Far more than all settings with a comment for each.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The bytes; null when the file cannot be read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fault">Why it cannot be read, as a sentence; null when it can.</param>
    public static byte[]? Read(string file, out string? fault)
    {
        fault = null;
        if (!File.Exists(file))
        {
            fault = Directory.Exists(file) ? $"The settings file '{file}' is a directory." : $"The settings file '{file}' is not there.";
            return null;
        }

        try
        {
            using FileStream stream = File.OpenRead(file);
            byte[] bytes = new byte[MaxBytes + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= MaxBytes)
            {
                return bytes[..length];
            }

            fault = $"The settings file '{file}' is longer than {MaxBytes} bytes.";
        }
        catch (UnauthorizedAccessException)
        {
            fault = $"The file '{file}' may not be read by this user.";
        }
        catch (IOException exception)
        {
            fault = $"The file '{file}' cannot be read: {exception.Message}";
        }

        return null;
    }
}
