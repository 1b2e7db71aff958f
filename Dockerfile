# The server as an image. For three nodes and their database see docker-compose.cluster.yml; for one node:
#
#   docker build -t rendezvous-cluster .
#   docker run -d --restart always -p 8000:8000 -p 15003:15003 -v rendezvous:/data rendezvous-cluster --announce /ip4/203.0.113.5/tcp/8000

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props .editorconfig ./
COPY docs/icon.png docs/icon.png
COPY src src
# The history, from which a version is taken elsewhere, is not in the image: docker build --build-arg VERSION=1.2.3
ARG VERSION=0.1.0-preview.0
# Compiled ahead for the machine that the image is for: a start takes a third less work.
RUN dotnet publish src/RendezvousCluster.Server -c Release -o /app --nologo -p:MinVerVersionOverride=$VERSION \
    -p:PublishReadyToRun=true --use-current-runtime --self-contained false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# The image brings this user, who is not root.
RUN install -d -o "$APP_UID" -g "$APP_UID" -m 700 /data
USER $APP_UID

# What differs from the server's defaults because it runs in a container. Health and metrics stay inside until they are bound to 0.0.0.0.
ENV Rendezvous__DataDirectory=/data \
    Rendezvous__Listen__0=/ip4/0.0.0.0/tcp/8000 \
    Rendezvous__Listen__1=/ip4/0.0.0.0/tcp/15003/ws \
    Rendezvous__Management=127.0.0.1:9400
VOLUME /data
# TCP and WebSocket for peers; the nodes among themselves; health and metrics.
EXPOSE 8000 15003 4053 9400

# The image has no curl; the server asks itself.
HEALTHCHECK --interval=10s --timeout=6s --start-period=40s CMD ["dotnet", "RendezvousCluster.Server.dll", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "RendezvousCluster.Server.dll"]
