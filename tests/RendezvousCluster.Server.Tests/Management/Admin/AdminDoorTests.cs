using System.Net;
using Microsoft.AspNetCore.Http;
using RendezvousCluster.Server.Management.Admin;

namespace RendezvousCluster.Server.Tests.Management.Admin;

public sealed class AdminDoorTests
{
    private static readonly AdminCaller Neighbour = new(
        IPAddress.Loopback, IPAddress.Loopback, new HostString("127.0.0.1", 9400), Origin: null, FetchSite: null, IsForwarded: false);

    [Theory]
    [InlineData("127.0.0.1:9400")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:9400")]
    [InlineData("LOCALHOST")]
    [InlineData("[::1]:9400")]
    public void A_caller_on_this_machine_gets_an_answer(string host) =>
        Assert.Null(AdminDoor.WhyNot(Neighbour with { Host = new HostString(host) }));

    [Theory]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1")]
    [InlineData("127.0.0.2", "127.0.0.1")]
    public void Every_form_of_loopback_is_this_machine(string remote, string local) =>
        Assert.Null(AdminDoor.WhyNot(Neighbour with { Remote = IPAddress.Parse(remote), Local = IPAddress.Parse(local) }));

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.1")]
    [InlineData("127.0.0.1", "198.51.100.1")]
    [InlineData("198.51.100.7", "127.0.0.1")]
    [InlineData("::ffff:198.51.100.7", "::ffff:198.51.100.1")]
    public void A_caller_from_elsewhere_gets_none(string remote, string local) =>
        Assert.NotNull(AdminDoor.WhyNot(Neighbour with { Remote = IPAddress.Parse(remote), Local = IPAddress.Parse(local) }));

    [Fact]
    public void A_connection_without_an_address_gets_none() => Assert.NotNull(AdminDoor.WhyNot(Neighbour with { Remote = null }));

    /// <summary>The name of a page whose owner lets it point to loopback, after the browser has loaded it.</summary>
    [Theory]
    [InlineData("rebound.example:9400")]
    [InlineData("localhost.example")]
    [InlineData("127.0.0.1.example")]
    [InlineData("198.51.100.1:9400")]
    [InlineData("")]
    public void A_request_for_another_name_gets_none(string host) =>
        Assert.NotNull(AdminDoor.WhyNot(Neighbour with { Host = new HostString(host) }));

    [Theory]
    [InlineData("https://page.example")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:9400")]
    [InlineData("null")]
    [InlineData("")]
    public void A_page_of_somebody_else_gets_none(string origin) =>
        Assert.NotNull(AdminDoor.WhyNot(Neighbour with { Origin = origin }));

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public void A_request_that_a_browser_makes_for_another_page_gets_none(string site) =>
        Assert.NotNull(AdminDoor.WhyNot(Neighbour with { FetchSite = site }));

    [Fact]
    public void A_page_of_this_server_and_an_address_typed_into_a_browser_get_an_answer()
    {
        Assert.Null(AdminDoor.WhyNot(Neighbour with { Origin = "http://127.0.0.1:9400", FetchSite = "same-origin" }));
        Assert.Null(AdminDoor.WhyNot(Neighbour with { FetchSite = "none" }));
    }

    [Theory]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Via")]
    public void A_proxy_that_speaks_for_others_gets_none(string header)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = context.Connection.LocalIpAddress = IPAddress.Loopback;
        context.Request.Host = new HostString("localhost");
        Assert.Null(AdminDoor.WhyNot(AdminCaller.Of(context)));

        context.Request.Headers[header] = "for=198.51.100.7";

        Assert.NotNull(AdminDoor.WhyNot(AdminCaller.Of(context)));
    }
}
