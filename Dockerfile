# The package of `npm run package` as an image: the same files, for Container Apps and other hosts.
# docker build -t switchboard . && docker run -p 3978:3978 --stop-timeout 20 --env-file production.env -v switchboard:/data switchboard
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# Fresh: the files of Linux x64, whatever this builds on.
RUN npm run package -- --fresh --folder /app

FROM node:24-slim
ENV NODE_ENV=production SWITCHBOARD_DATA=/data
RUN mkdir /data && chown node:node /data
WORKDIR /app
# Owned by root: the server cannot change itself.
COPY --from=build /app ./
USER node
VOLUME /data
EXPOSE 3978
# No shell in between: node is the first process, gets SIGTERM itself, and has no children that somebody must reap.
CMD ["node", "--disable-warning=ExperimentalWarning", "dist/src/cli/switchboard.js", "start"]
# Longer than the server takes to start; stopping takes ten seconds at most.
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3978}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
