namespace RendezvousCluster.Chaos.Cluster;

public sealed class NodeLogTests
{
    [Fact]
    public void All_lives_of_a_node_are_kept_in_order()
    {
        var log = new NodeLog();
        log.Begin();
        log.Add("a");
        log.End(3);
        log.Begin();
        log.Add("b");

        Assert.Equal("--- life 1 begins\na\n--- life 1 ended with exit code 3\n--- life 2 begins\nb", log.ToString());
    }

    [Fact]
    public void Of_a_very_long_text_the_middle_is_left_out_and_the_gap_has_a_line()
    {
        var log = new NodeLog();
        int lines = (2 * NodeLog.MaxLines) + 5;
        for (int line = 0; line < lines; line++)
        {
            log.Add($"{line}");
        }

        string[] kept = log.ToString().Split('\n');

        Assert.Equal((2 * NodeLog.MaxLines) + 1, kept.Length);
        Assert.Equal("0", kept[0]);
        Assert.Equal("--- 5 lines are left out", kept[NodeLog.MaxLines]);
        Assert.Equal($"{lines - 1}", kept[^1]);
    }
}
